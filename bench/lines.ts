/** A child process that speaks JSON, one value a line: started, asked, ended. */
import { type ChildProcess, spawn } from 'node:child_process';
import { createInterface } from 'node:readline';

export class LineProcess {
  readonly #child: ChildProcess;
  readonly #lines: AsyncIterator<string>;

  private constructor(child: ChildProcess) {
    this.#child = child;
    this.#lines = createInterface({ input: child.stdout! })[Symbol.asyncIterator]();
  }

  /** Starts a command and waits for its first line; `readyMs` is from the start to that line. */
  static async start(command: string, args: readonly string[], env: Record<string, string> = {}) {
    const from = performance.now();
    const child = spawn(command, args, {
      stdio: ['pipe', 'pipe', 'inherit'],
      env: { ...process.env, ...env },
    });
    const failed = new Promise<never>((_, reject) => child.once('error', reject));
    const lines = new LineProcess(child);
    const first = await Promise.race([lines.#next(), failed]);
    return { lines, first, readyMs: performance.now() - from };
  }

  async ask(value: unknown): Promise<unknown> {
    this.#child.stdin!.write(`${JSON.stringify(value)}\n`);
    return this.#next();
  }

  /** Ends it by closing its input; returns once it is gone. */
  async end(): Promise<void> {
    if (this.#child.exitCode !== null) return;
    const gone = new Promise((resolve) => this.#child.once('exit', resolve));
    this.#child.stdin!.end();
    await gone;
  }

  async #next(): Promise<unknown> {
    const { done, value } = await this.#lines.next();
    if (done) throw new Error(`Expected a line from '${this.#child.spawnargs.join(' ')}', but it ended`);
    return JSON.parse(value);
  }
}
