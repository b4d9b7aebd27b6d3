/**
 * npm run bench -- sessions [--json] [--turns N] [--minutes N] [--out FILE] [--model DIR] [--upstream PYTHON [--no-best]]
 * Pictures from text, then a session of edits of the newest picture with two more references: by our engine with its caches
 * and without, in fp32 and int8, with the references written again at every step (full attention), and by upstream's
 * pipeline in fp32 and, unless told not to (compiling takes minutes), in bf16, compiled, where a Python with it is given. All take every request one after the other, so that a
 * machine that slows down slows all. Figures of what was measured so far are written to FILE after every request.
 */
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import type { GenerationRequest, MadePicture } from '../engine/index.ts';
import { decodePicture, referenceGrid } from '../engine/picture/pixels.ts';
import { encodePixels, writeKeysValues } from '../engine/picture/references.ts';
import { loadComponents, loadEngine } from '../engine/pipeline/engine.ts';
import { type EngineComponents, generatePictures } from '../engine/pipeline/pipeline.ts';
import { defaultThreads } from '../kernels/index.ts';
import { LineProcess } from './lines.ts';
import { type Contest, type Int8Change, type Rows, sessionFigures } from './session-figures.ts';
import { type PictureEvent, type Timed, timed } from './timed.ts';

const THINGS = [
  '3D style, a cat, on green hills',
  '3D style, an apple, on white',
  '3D style, a car, in the city',
];
const PROMPTS = [
  'add a red balloon',
  'change the background to a beach',
  'add a small dog',
  'write "HI"',
  'make it night',
  'flat style',
  'remove the balloon',
  'put it in the snow',
  'add a tree',
  'change the word to "YES"',
];
/** Requests that only warm up. */
const WARM_UPS = 1;
const VARIATIONS = 4;
const OUR_RUNS = 3;

const { values } = parseArgs({
  allowPositionals: true,
  allowNegative: true,
  options: {
    model: { type: 'string', default: 'models/mini' },
    json: { type: 'boolean', default: false },
    turns: { type: 'string', default: '10' },
    minutes: { type: 'string', default: '8' },
    out: { type: 'string', default: '/tmp/palimpsest-sessions.json' },
    upstream: { type: 'string' },
    best: { type: 'boolean', default: true },
  },
});

const made = ({ png, priorTokens, latents }: PictureEvent): MadePicture => ({
  file: png,
  priorTokens,
  latents,
});

async function startUpstream(...options: string[]): Promise<LineProcess | undefined> {
  if (!values.upstream) return undefined;
  const threads = String(defaultThreads());
  const script = join(import.meta.dirname, 'upstream', 'run.py');
  const args = [script, '--model', values.model, '--threads', threads, ...options];
  return (await LineProcess.start(values.upstream, args, { HF_HUB_OFFLINE: '1', OMP_NUM_THREADS: threads }))
    .lines;
}

class SessionBench {
  readonly rows: Rows = { texts: [], turns: [], variations: [] };
  readonly #sides: Awaited<ReturnType<typeof startSides>>;
  readonly #until = performance.now() + Number(values.minutes) * 60_000;

  constructor(sides: Awaited<ReturnType<typeof startSides>>) {
    this.#sides = sides;
  }

  get #late(): boolean {
    return performance.now() > this.#until;
  }

  request(prompt: string, seed: number): GenerationRequest {
    const { defaultWidthPx, defaultHeightPx, defaultSteps, defaultGuidanceScale } = this.#sides.warm.info;
    const size = { widthPx: defaultWidthPx, heightPx: defaultHeightPx };
    const recipe = { steps: defaultSteps, guidanceScale: defaultGuidanceScale };
    return { ...size, ...recipe, prompt, seed, count: 1, layout: 'separate' };
  }

  /** Pictures from text alone; returns the first of each kind. */
  async texts(): Promise<PictureEvent[]> {
    const things: PictureEvent[] = [];
    for (let i = 0; i < THINGS.length + WARM_UPS; i++) {
      const request = this.request(THINGS[i % THINGS.length]!, i);
      const { run, contest } = await this.#contest(request, []);
      if (i < THINGS.length) things.push(run.picture);
      const int8 = await this.#int8Change(request, run.picture);
      if (i >= WARM_UPS) this.rows.texts.push({ contest, run, int8 });
      this.#save(`text ${i}`, contest);
    }
    return things;
  }

  async #int8Change(request: GenerationRequest, there: PictureEvent): Promise<Int8Change> {
    const { int8 } = this.#sides;
    const { priorTokens } = there;
    const free = (await timed(int8.generate(request))).picture;
    const same = (await timed(int8.generate({ ...request, priorTokens }))).picture;
    const [want, got] = [await decodePicture(there.png), await decodePicture(same.png)];
    return {
      sameTokens: priorTokens.filter((token, i) => token === free.priorTokens[i]).length / priorTokens.length,
      psnrDb: psnrDb(want.data, got.data),
    };
  }

  /** One request by all sides, files as references. Ours runs as often as upstream's two together. */
  async #contest(
    request: GenerationRequest,
    files: readonly Uint8Array[],
  ): Promise<{ run: Timed; contest: Contest }> {
    const { cold, int8, fp32, best } = this.#sides;
    const ask = { ...request, references: files };
    const runs: Timed[] = [];
    const int8Ms: number[] = [];
    for (let i = 0; i < OUR_RUNS; i++) {
      runs.push(await timed(cold.generate(ask)));
      int8Ms.push((await timed(int8.generate(ask))).ms);
    }
    runs.sort((a, b) => a.ms - b.ms);
    int8Ms.sort((a, b) => a - b);
    const run = runs[OUR_RUNS >> 1]!;
    const contest: Contest = { ours: run.ms, oursInt8: int8Ms[OUR_RUNS >> 1] };
    const references = files.map((file) => Buffer.from(file).toString('base64'));
    if (fp32) contest.fp32 = wholeOf(await fp32.ask({ ...request, references }));
    if (best) contest.best = wholeOf(await best.ask({ ...request, references }));
    return { run, contest };
  }

  /** Edits, each of the picture that the one before made. */
  async turns(things: readonly PictureEvent[]): Promise<void> {
    let target = things[0]!;
    for (let turn = -WARM_UPS; turn < Number(values.turns) && !this.#late; turn++) {
      const pictures = [target, things[1]!, things[2]!];
      const files = pictures.map(({ png }) => png);
      const { warm, warmInt8, components } = this.#sides;
      const request = this.request(PROMPTS[(turn + PROMPTS.length) % PROMPTS.length]!, 100 + turn);
      const ours = await timed(warm.generate({ ...request, references: pictures.map(made) }));
      const inInt8 = await timed(warmInt8.generate({ ...request, references: pictures.map(made) }));
      const { run: cold, contest } = await this.#contest(request, files);
      const fullMs = cold.ms + (await rewriteMs(components, files)) * (request.steps - 1);
      const asked = { ...request, references: files };
      const alone = await timed(generatePictures({ ...components, batchInvariant: false }, asked));
      const again = { ...asked, references: pictures.map(made), priorTokens: ours.picture.priorTokens };
      const reroll = await timed(warm.generate({ ...again, seed: 500 + turn }));
      if (turn >= 0)
        this.rows.turns.push({ contest, warm: ours, warmInt8: inInt8, cold, fullMs, alone, reroll });
      this.#save(`turn ${turn}`, { ...contest, warm: ours.ms, full: fullMs, reroll: reroll.ms });
      target = ours.picture;
      // The server reads ahead in the same way while the user writes the next message.
      const references = [target, things[1]!, things[2]!].map(made);
      for (const engine of [warm, warmInt8]) await engine.warm?.({ references });
    }
  }

  async variations(): Promise<void> {
    const { cold, components } = this.#sides;
    for (let i = 0; i < VARIATIONS; i++) {
      const request = this.request(THINGS[i % THINGS.length]!, 900 + i);
      const one = await timed(cold.generate(request));
      const four = await timed(cold.generate({ ...request, count: 4 }));
      const alone = await timed(generatePictures({ ...components, batchInvariant: false }, request));
      const row = {
        four: four.done.elapsedMs.prior,
        one: one.done.elapsedMs.prior,
        alone: alone.done.elapsedMs.prior,
      };
      this.rows.variations.push(row);
      this.#save(`variations ${i}`, row);
    }
  }

  #save(what: string, ms: Record<string, number | undefined>): void {
    const parts = Object.entries(ms).map(([name, value]) => `${name} ${value?.toFixed(0)}`);
    console.error(`${what}: ${parts.join(', ')} ms`);
    writeFileSync(values.out, `${JSON.stringify(sessionFigures(this.rows), null, 2)}\n`);
  }
}

/** Peak signal-to-noise ratio of 8-bit levels. */
function psnrDb(want: Uint8Array, got: Uint8Array): number {
  const squares = want.reduce((sum, level, i) => sum + (level - got[i]!) ** 2, 0);
  return 10 * Math.log10(255 ** 2 / (squares / want.length));
}

const wholeOf = (figures: unknown): number => (figures as { whole: number }).whole;

async function startSides() {
  const cache = { memoryBytes: 0 };
  const options = { modelDir: values.model, device: 'cpu' } as const;
  return {
    warm: await loadEngine(options),
    warmInt8: await loadEngine({ ...options, precision: 'int8' }),
    cold: await loadEngine({ ...options, cache }),
    int8: await loadEngine({ ...options, cache, precision: 'int8' }),
    components: (await loadComponents({ ...options, cache })).components,
    fp32: await startUpstream(),
    best: values.best ? await startUpstream('--dtype', 'bfloat16', '--compile') : undefined,
  };
}

/** Milliseconds of writing every reference once; full attention does so at each step. */
async function rewriteMs({ runner }: EngineComponents, files: readonly Uint8Array[]): Promise<number> {
  const { referenceLimits } = runner.checkpoint.config;
  let ms = 0;
  for (const file of files) {
    const picture = await decodePicture(file);
    const grid = referenceGrid(picture.width, picture.height, referenceLimits);
    const encoding = await encodePixels(runner, picture, grid);
    const from = performance.now();
    for (let i = 0; i < OUR_RUNS; i++) await writeKeysValues(runner, encoding);
    ms += (performance.now() - from) / OUR_RUNS;
  }
  return ms;
}

const sides = await startSides();
const bench = new SessionBench(sides);
const things = await bench.texts();
await bench.variations();
await bench.turns(things);
const { fp32, best, warm, warmInt8, cold, int8, components } = sides;
await Promise.all([
  fp32?.end(),
  best?.end(),
  ...[warm, warmInt8, cold, int8].map((engine) => engine.close()),
]);
await components.runner.dispose();
const figures = sessionFigures(bench.rows);
if (values.json) console.log(JSON.stringify(figures, null, 2));
else console.dir(figures, { depth: 3 });
process.exit(0);
