/**
 * A real server process on a free port with the tiny checkpoint (the mini one where the fixtures are missing), and a
 * client that speaks to it.
 */
import { type ChildProcess, execFileSync, spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { createInterface } from 'node:readline';
import { ApiClient, poll } from './api-client.ts';

export const ROOT = resolve(import.meta.dirname, '../..');
const TINY = resolve(ROOT, '../shared/fixtures/tiny');
export const MODEL = existsSync(TINY) ? TINY : join(ROOT, 'models/mini');

/** A model is loaded in seconds; on a machine that has much else to do, in minutes. */
const LOADED_MS = 600_000;

/** The script of a server without its pages, which need a build. */
export const PAGELESS = 'tests/server/pageless-server.ts';

/** A recipe that takes about a second on the tiny checkpoint. */
export const QUICK = {
  widthPx: existsSync(TINY) ? 64 : 256,
  heightPx: existsSync(TINY) ? 64 : 256,
  steps: 2,
  seed: 11,
};

export class LiveServer extends ApiClient {
  /** What it wrote to its log so far. */
  readonly output: readonly string[];
  readonly #process: ChildProcess;

  private constructor(url: string, process: ChildProcess, output: string[]) {
    super(url);
    this.output = output;
    this.#process = process;
  }

  /** Starts a server over a data folder and waits until a turn can be taken. Throws with its output where it ends. */
  static async start(
    dataDir: string,
    env: Record<string, string> = {},
    script = 'server.ts',
  ): Promise<LiveServer> {
    const child = spawn(process.execPath, [script], {
      cwd: ROOT,
      env: {
        ...process.env,
        PORT: '0',
        PALIMPSEST_DATA: dataDir,
        PALIMPSEST_MODEL: MODEL,
        PALIMPSEST_LOG: 'error',
        ...env,
      },
      stdio: ['ignore', 'pipe', 'pipe'],
    });
    const output: string[] = [];
    child.stderr!.on('data', (data) => output.push(String(data)));
    for await (const line of createInterface({ input: child.stdout! })) {
      const found = /is at (http:\S+)/.exec(line);
      if (!found) continue;
      const server = new LiveServer(found[1]!, child, output);
      const isReady = async () =>
        (await server.call('GET', '/api/health')).status === 200 ? true : undefined;
      await poll('the model', isReady, LOADED_MS);
      return server;
    }
    if (child.exitCode === null) await once(child, 'exit');
    throw new Error(output.join(''));
  }

  /** Kills the engine process under this server. */
  killEngine(): void {
    execFileSync('pkill', ['-KILL', '-P', String(this.#process.pid), '-f', 'engine/process/child.ts']);
  }

  async kill(signal: NodeJS.Signals = 'SIGTERM'): Promise<void> {
    if (this.#process.exitCode !== null || this.#process.signalCode !== null) return;
    const ended = once(this.#process, 'exit');
    this.#process.kill(signal);
    await ended;
  }
}
