/**
 * npm run bench -- remote [--json] [--runs N] [--pictures N] [--model DIR]
 * What an engine elsewhere costs beyond its own work: pictures of 256 px by another Palimpsest in a process of its own, through our
 * remote path and by a plain request in turn. Then pictures by two of them, of which one is killed midway and started again: how many
 * are lost, how many are computed twice.
 */
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { setTimeout as sleep } from 'node:timers/promises';
import { parseArgs } from 'node:util';
import { connectEngine, EngineError, type GenerationRequest, type WatchedEngine } from '../engine/index.ts';
import type { SessionPage, SessionSnapshot, TurnView } from '../studio/protocol.ts';
import { median } from './figures.ts';

const { values } = parseArgs({
  args: process.argv.slice(3),
  options: {
    json: { type: 'boolean', default: false },
    runs: { type: 'string', default: '40' },
    pictures: { type: 'string', default: '10' },
    model: { type: 'string', default: 'models/mini' },
  },
});
const runs = Number(values.runs);
const pictures = Number(values.pictures);

/** One step: what comes on top does not depend on how long a picture takes, and a short one hides less of it. */
const RECIPE = { widthPx: 256, heightPx: 256, steps: 1, guidanceScale: 1.5 } as const;
/** Steps of the pictures of which some are under way when their server is killed. */
const KILLED_STEPS = 8;
const PROMPT = 'a red fox on green hills';
const MOST_ATTEMPTS = 3;
const REST_MS = 50;
const WARM_UPS = 4;
const FIRST_SEED = 1_000;
/** More than any test has in its studio. */
const MOST_SESSIONS = 500;

class Palimpsest {
  readonly url: string;
  readonly #dataDir: string;
  readonly #process: ReturnType<typeof spawn>;
  readonly #lines: AsyncIterator<string>;

  private constructor(
    url: string,
    dataDir: string,
    process: ReturnType<typeof spawn>,
    lines: AsyncIterator<string>,
  ) {
    this.url = url;
    this.#lines = lines;
    this.#dataDir = dataDir;
    this.#process = process;
  }

  static async start(dataDir: string, port = '0'): Promise<Palimpsest> {
    const child = spawn(process.execPath, [join(import.meta.dirname, 'served.ts')], {
      stdio: ['pipe', 'pipe', 'inherit'],
      env: {
        ...process.env,
        ...{ PORT: port, PALIMPSEST_DATA: dataDir, PALIMPSEST_MODEL: values.model, PALIMPSEST_LOG: 'error' },
        PALIMPSEST_ENGINE: '',
      },
    });
    const lines = createInterface({ input: child.stdout })[Symbol.asyncIterator]();
    const { value, done } = await lines.next();
    if (done) throw new Error('Expected the address of a server, but it ended');
    return new Palimpsest(JSON.parse(value).url, dataDir, child, lines);
  }

  async end(signal: NodeJS.Signals = 'SIGTERM'): Promise<void> {
    const gone = once(this.#process, 'exit');
    if (signal === 'SIGKILL') this.#process.kill(signal);
    else this.#process.stdin!.end();
    await gone;
  }

  /** The same, on the same data and at the same address, after its end. */
  again(): Promise<Palimpsest> {
    return Palimpsest.start(this.#dataDir, new URL(this.url).port);
  }

  /** Milliseconds that its process has computed, its engine not included. */
  async cpuMs(): Promise<number> {
    this.#process.stdin!.write('cpu\n');
    const { value } = await this.#lines.next();
    return JSON.parse(value).cpuMs;
  }

  async get<Body>(path: string): Promise<Body> {
    return (await fetch(`${this.url}${path}`)).json() as Promise<Body>;
  }

  /** Seeds of all pictures that it has drawn for others, each as often as it was drawn. */
  async seeds(): Promise<number[]> {
    const pages = await Promise.all(
      ['archived', 'active'].map((state) =>
        this.get<SessionPage>(`/api/sessions?state=${state}&limit=${MOST_SESSIONS}`),
      ),
    );
    const turns = await Promise.all(
      pages.flatMap(({ sessions }) => sessions.map(({ id }) => this.#turnOf(id))),
    );
    return turns.filter(({ prompt }) => prompt === PROMPT).map(({ recipe }) => recipe!.seed);
  }

  async #turnOf(sessionId: string): Promise<TurnView> {
    return (await this.get<SessionSnapshot>(`/api/sessions/${sessionId}`)).turns[0]!;
  }
}

const requestOf = (seed: number, count = 1): GenerationRequest => ({
  ...{ prompt: PROMPT, ...RECIPE, seed, count, layout: 'separate' },
});

async function drawRemote(engine: WatchedEngine, seed: number): Promise<void> {
  for await (const event of engine.generate(requestOf(seed))) if (event.type === 'picture') break;
}

async function drawPlain({ url }: Palimpsest, seed: number): Promise<void> {
  const { widthPx, heightPx, steps, guidanceScale } = RECIPE;
  const response = await fetch(`${url}/v1/images/generations`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({
      ...{ prompt: PROMPT, size: `${widthPx}x${heightPx}`, seed, num_inference_steps: steps },
      ...{ guidance_scale: guidanceScale, response_format: 'b64_json' },
    }),
  });
  const answer = (await response.json()) as { data: [{ b64_json: string }] };
  Buffer.from(answer.data[0].b64_json, 'base64');
}

interface Cost {
  ms: number;
  /** Computed for it by this process and by the other's server, whoever else computes. */
  cpuMs: number;
}

async function costOf(server: Palimpsest, work: () => Promise<void>): Promise<Cost> {
  await sleep(REST_MS);
  const [there, here, from] = [await server.cpuMs(), process.cpuUsage(), performance.now()];
  await work();
  const ms = performance.now() - from;
  // What follows a picture, such as putting its session away, belongs to it.
  await sleep(REST_MS);
  const { user, system } = process.cpuUsage(here);
  return { ms, cpuMs: (user + system) / 1_000 + (await server.cpuMs()) - there };
}

/**
 * The server's own time is that of a plain request for such a picture, from its sending to its answer; the two take turns in going
 * first, so that neither has the better moments.
 */
async function measureOverhead(server: Palimpsest) {
  const engine = await connectEngine({ kind: 'openai', addresses: [`${server.url}/v1`] });
  const rows: { remote: Cost; plain: Cost }[] = [];
  try {
    for (let run = -WARM_UPS; run < runs; run++) {
      const seed = FIRST_SEED + 2 * run;
      const drawOne = () => costOf(server, () => drawRemote(engine, seed));
      const askPlainly = () => costOf(server, () => drawPlain(server, seed + 1));
      const early = run % 2 === 0 ? undefined : await askPlainly();
      const remote = await drawOne();
      const plain = early ?? (await askPlainly());
      if (run >= 0) rows.push({ remote, plain });
    }
  } finally {
    await engine.close();
  }
  const least = (side: 'remote' | 'plain') => Math.min(...rows.map((row) => row[side].ms));
  return {
    overheadMs: median(rows.map(({ remote, plain }) => remote.ms - plain.ms)),
    // The quickest of each side, which others on the machine disturbed least.
    leastOverheadMs: least('remote') - least('plain'),
    // What both processes compute beyond a plain request: on a machine that others use, the other two say little.
    overheadCpuMs: median(rows.map(({ remote, plain }) => remote.cpuMs - plain.cpuMs)),
    pictureMs: median(rows.map(({ plain }) => plain.ms)),
  };
}

/** Draws as a queue does: what broke off is asked for again, a few times. Answers the seeds that came. */
async function drawAll(
  engine: WatchedEngine,
  seed: number,
  onPicture: (count: number) => void,
): Promise<number[]> {
  const made = new Set<number>();
  for (let attempt = 1; made.size < pictures && attempt <= MOST_ATTEMPTS; attempt++) {
    const only = Array.from({ length: pictures }, (_, at) => at).filter((at) => !made.has(at));
    try {
      for await (const event of engine.generate({
        ...requestOf(seed, pictures),
        steps: KILLED_STEPS,
        only,
      })) {
        if (event.type !== 'picture') continue;
        if (made.has(event.pictureIndex)) throw new Error(`Picture ${event.pictureIndex} came twice`);
        made.add(event.pictureIndex);
        onPicture(made.size);
      }
    } catch (error) {
      if (!(error instanceof EngineError && error.code === 'unreachable')) throw error;
      console.error(`attempt ${attempt}: ${error.message}`);
      await engine.ready();
    }
  }
  return [...made].map((at) => seed + at);
}

async function measureLoss(servers: [Palimpsest, Palimpsest]) {
  const seed = 50_000;
  const engine = await connectEngine({ kind: 'openai', addresses: servers.map(({ url }) => `${url}/v1`) });
  let restarted: Promise<void> | undefined;
  const killOne = async () => {
    await servers[1].end('SIGKILL');
    servers[1] = await servers[1].again();
  };
  const came = await drawAll(engine, seed, (count) => {
    if (count >= pictures / 4) restarted ??= killOne();
  });
  await restarted;
  await engine.close();
  const drawn = (await Promise.all(servers.map((server) => server.seeds()))).flat();
  const ofThese = drawn.filter((each) => each >= seed && each < seed + pictures);
  return {
    pictures,
    lost: pictures - came.length,
    doubled: ofThese.length - new Set(ofThese).size,
  };
}

const folder = mkdtempSync(join(tmpdir(), 'palimpsest-remote-'));
const servers = (await Promise.all(['one', 'other'].map((name) => Palimpsest.start(join(folder, name))))) as [
  Palimpsest,
  Palimpsest,
];
try {
  const overhead = await measureOverhead(servers[0]);
  const loss = await measureLoss(servers);
  const figures = { ...overhead, ...loss };
  if (values.json) console.log(JSON.stringify({ ...RECIPE, runs, ...figures }));
  else
    for (const [name, figure] of Object.entries(figures))
      console.log(`${name.padEnd(22)}${figure.toFixed(1)}`);
} finally {
  await Promise.all(servers.map((server) => server.end()));
  rmSync(folder, { recursive: true, force: true });
}
process.exit(0);
