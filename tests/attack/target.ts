/** The server under attack: a process of its own over a data folder, watched from outside while it is attacked. */
import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, readFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { createInterface } from 'node:readline';
import type { Findings } from './findings.ts';

export const ROOT = resolve(import.meta.dirname, '../..');
const TINY = resolve(ROOT, '../shared/fixtures/tiny');
const MODEL = existsSync(TINY) ? TINY : join(ROOT, 'models/mini');

/** A picture that the small checkpoint draws in a moment. */
export const QUICK = { widthPx: 64, heightPx: 64, steps: 1, guidanceScale: 1 };
if (MODEL !== TINY) Object.assign(QUICK, { widthPx: 256, heightPx: 256 });

/** What a request carries. */
export type Body = NonNullable<RequestInit['body']>;

/** How the process is started, beyond its data folder. */
export interface Harm {
  env?: Record<string, string>;
  /** Options of Node. */
  node?: string[];
  /** What runs before it in its shell, such as `ulimit -n 100;`. */
  shell?: string;
}

const WATCH_MS = 500;
/** A mistake of the server in its own log. */
const MISTAKE = /programming error|mistake of its own|uncaught|unhandled/i;
const LEAK = /\n\s+at .+:\d+:\d+|node_modules|\/blobs\/[0-9a-f]{2}\//;

export class Target {
  readonly url: string;
  readonly dataDir: string;
  /** How many answers had which status: an attack that is only ever refused as unreadable tries nothing. */
  readonly statuses = new Map<number, number>();
  readonly #process: ChildProcess;
  readonly #findings: Findings;
  readonly #watching: NodeJS.Timeout;
  #isKilled = false;

  private constructor(url: string, dataDir: string, child: ChildProcess, findings: Findings) {
    this.url = url;
    this.dataDir = dataDir;
    this.#process = child;
    this.#findings = findings;
    this.#watching = setInterval(() => void this.#look(), WATCH_MS);
    child.once('exit', () => {
      clearInterval(this.#watching);
      if (!this.#isKilled) findings.crashes += 1;
    });
  }

  /** Starts a server and waits until it answers; undefined where it refuses the folder, with what it said. */
  static async start(
    dataDir: string,
    findings: Findings,
    harm: Harm = {},
  ): Promise<Target | { said: string }> {
    const words = [process.execPath, ...(harm.node ?? []), join(ROOT, 'tests/server/pageless-server.ts')];
    const child = spawn(
      '/bin/sh',
      ['-c', `${harm.shell ?? ''} exec ${words.map((word) => `'${word}'`).join(' ')}`],
      {
        cwd: ROOT,
        env: {
          ...process.env,
          ...{ PORT: '0', PALIMPSEST_DATA: dataDir, PALIMPSEST_MODEL: MODEL, PALIMPSEST_LOG: 'error' },
          CHECKPOINT_MS: '0',
          ...harm.env,
        },
        stdio: ['ignore', 'pipe', 'pipe'],
      },
    );
    let said = '';
    child.stderr!.on('data', (data) => {
      said = `${said}${data}`.slice(-20_000);
      if (MISTAKE.test(String(data))) {
        findings.serverErrors += 1;
        if (process.env.ATTACK_SHOW) console.error(String(data).slice(0, 2_000));
      }
    });
    for await (const line of createInterface({ input: child.stdout! })) {
      const url = /is at (http:\S+)/.exec(line)?.[1];
      if (url) return new Target(url, dataDir, child, findings);
    }
    return { said };
  }

  /** As {@link start}, of a folder that nothing is wrong with, until pictures can be drawn. */
  static async ready(dataDir: string, findings: Findings, harm: Harm = {}): Promise<Target> {
    const target = await Target.start(dataDir, findings, harm);
    if (!(target instanceof Target)) throw new Error(`The server did not start: ${target.said}`);
    await target.untilReady();
    return target;
  }

  async untilReady(withinMs = 120_000): Promise<void> {
    await until('the engine', withinMs, async () => (await this.get('/api/health')).status === 200);
  }

  async get(path: string): Promise<{ status: number; text: string }> {
    return this.send('GET', path);
  }

  async json<Body>(method: string, path: string, body?: unknown): Promise<{ status: number; body: Body }> {
    const raw = body === undefined || body instanceof Uint8Array;
    const { status, text } = await this.send(
      method,
      path,
      raw ? (body as Uint8Array<ArrayBuffer>) : JSON.stringify(body),
    );
    return { status, body: (text.startsWith('{') ? JSON.parse(text) : text) as Body };
  }

  /** Sends one request and judges its answer. A status of 0 is none: the connection was closed. */
  async send(
    method: string,
    path: string,
    body?: Body,
    headers: Record<string, string> = {},
    { patienceMs = 60_000, mayWait = false } = {},
  ): Promise<{ status: number; text: string }> {
    const patience = AbortSignal.timeout(patienceMs);
    try {
      const answer = await fetch(`${this.url}${path}`, {
        method,
        headers,
        body,
        signal: patience,
      } as RequestInit);
      const text = await answer.text();
      this.#judge(answer.status, text, `${method} ${path}`);
      return { status: answer.status, text };
    } catch (error) {
      if (patience.aborted && !mayWait) {
        this.#findings.hangs += 1;
        if (process.env.ATTACK_SHOW) console.error('hang', method, path.slice(0, 200));
      }
      return { status: 0, text: String(error) };
    }
  }

  #judge(status: number, text: string, what: string): void {
    this.statuses.set(status, (this.statuses.get(status) ?? 0) + 1);
    // Others say what is missing: an engine, room on the disk.
    const isMistake = status === 500 || (status > 500 && text.includes('"code":"internal"'));
    const isLeak = text.includes(this.dataDir) || text.includes(ROOT) || LEAK.test(text.slice(0, 20_000));
    if (isMistake) this.#findings.serverErrors += 1;
    if (isLeak) this.#findings.leaks += 1;
    if ((isMistake || isLeak) && process.env.ATTACK_SHOW)
      console.error(isLeak ? 'leak' : status, what.slice(0, 300), text.slice(0, 500));
  }

  /** Ends the process, or only its engine. */
  async kill(whom: 'server' | 'engine', signal: NodeJS.Signals = 'SIGKILL'): Promise<void> {
    if (whom === 'engine') {
      for (const pid of this.engines()) process.kill(pid, signal);
      return;
    }
    this.#isKilled = true;
    clearInterval(this.#watching);
    await this.#look();
    if (this.#process.exitCode !== null || this.#process.signalCode !== null) return;
    const ended = once(this.#process, 'exit');
    this.#process.kill(signal);
    await ended;
  }

  /** Processes of the engine under this server. */
  engines(): number[] {
    try {
      const { pid } = this.#process;
      return readFileSync(`/proc/${pid}/task/${pid}/children`, 'utf8')
        .trim()
        .split(' ')
        .filter(Boolean)
        .map(Number);
    } catch {
      return [];
    }
  }

  async #look(): Promise<void> {
    const most = this.#findings;
    most.maxServerMb = Math.max(most.maxServerMb, peakMb(this.#process.pid!));
    for (const pid of this.engines()) most.maxEngineMb = Math.max(most.maxEngineMb, peakMb(pid));
    try {
      const text = await (await fetch(`${this.url}/metrics`, { signal: AbortSignal.timeout(20_000) })).text();
      const seconds = /^nodejs_eventloop_lag_max_seconds (\S+)/m.exec(text)?.[1];
      most.maxStallMs = Math.max(most.maxStallMs, Math.round(Number(seconds ?? 0) * 1000));
    } catch {
      // Killed, or at its limit of connections; requests say whether it answers.
    }
  }
}

function peakMb(pid: number): number {
  try {
    return Math.round(
      Number(/VmHWM:\s+(\d+)/.exec(readFileSync(`/proc/${pid}/status`, 'utf8'))?.[1] ?? 0) / 1024,
    );
  } catch {
    return 0;
  }
}

/** Asks until it is so. Throws after `withinMs`. */
export async function until(what: string, withinMs: number, isSo: () => Promise<boolean>): Promise<void> {
  const from = Date.now();
  while (!(await isSo())) {
    if (Date.now() - from > withinMs) throw new Error(`Waited ${withinMs} ms in vain for ${what}`);
    await new Promise((done) => setTimeout(done, 50));
  }
}
