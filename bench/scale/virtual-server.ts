/**
 * A server of the simulation: draws one picture after the other, never stops one, and fails as its plan says. It keeps what a real one
 * would tell nobody: how often each picture was begun, and whether its caller could know.
 */
import type { DrawWait, PictureRequest } from '../../engine/remote/adapter.ts';
import { ServerError } from '../../engine/remote/fault.ts';
import type { Server } from '../../engine/remote/pool/member.ts';
import { workOf } from '../../engine/remote/pool/work.ts';
import type { ModelInfo } from '../../engine/request/request.ts';
import { cancelled } from '../../engine/request/watched.ts';
import type { VirtualClock } from './virtual-clock.ts';

/** What befalls a server from a moment on; `well` ends what was before. */
export type Trouble =
  | 'well'
  /** Refuses connections; what it was at is lost, and connections to it break. */
  | 'down'
  /** Takes twenty times as long. */
  | 'slow'
  /** Takes connections and answers nothing, nor the question whether it is well; draws all the same. */
  | 'mute'
  /** Answers that it is well, draws, and its answers are lost. */
  | 'answers lost'
  /** Answers 503: takes no work. */
  | 'full'
  /** Answers 500. */
  | 'fails';

export interface Plan {
  atMs: number;
  trouble: Trouble;
}

export interface VirtualServerOptions {
  name: string;
  clock: VirtualClock;
  msByWork: number;
  plan: readonly Plan[];
  /** Whether it knows a picture by its key, and goes on with it by itself after it was down. */
  isIdempotent: boolean;
  /** What it says of itself, where that is not what all say. */
  info?: Partial<ModelInfo>;
  /** Called when it begins with a picture. */
  onBegun: (request: PictureRequest) => void;
}

export const TRIAL = 'trial';
const LATENCY_MS = 2;
const SLOWER = 20;
const RETRY_MS = 50;

interface Job {
  request: PictureRequest;
  key: string | undefined;
  isBegun: boolean;
  /** Resolved when it is drawn. */
  done: Promise<void>;
  end: () => void;
}

export class VirtualServer implements Server {
  readonly name: string;
  readonly isPaid = false;
  readonly isIdempotent: boolean;
  readonly #options: VirtualServerOptions;
  readonly #byKey = new Map<string, Job>();
  #line: Job[] = [];
  #trouble: Trouble = 'well';
  #isBusy = false;
  /** Ends every connection when the server goes down. */
  #life = new AbortController();
  busyMs = 0;
  /** When it was tried out. */
  readonly triedAtMs: number[] = [];

  constructor(options: VirtualServerOptions) {
    this.#options = options;
    this.name = options.name;
    this.isIdempotent = options.isIdempotent;
    for (const { atMs, trouble } of options.plan) options.clock.after(atMs, () => this.#become(trouble));
  }

  async tryOut(signal: AbortSignal): Promise<ModelInfo> {
    this.triedAtMs.push(this.#options.clock.now());
    await this.#answer(2_000, signal);
    const request = { ...{ prompt: TRIAL, references: [], widthPx: 256, heightPx: 256 }, ...TRIAL_RECIPE };
    await this.draw(request, { deadlineMs: 60_000, signal });
    return { ...INFO, ...this.#options.info };
  }

  async health({ deadlineMs, signal }: DrawWait): Promise<void> {
    await this.#answer(deadlineMs, signal);
  }

  async draw(request: PictureRequest, { deadlineMs, signal, key }: DrawWait): Promise<Uint8Array> {
    const endMs = this.#options.clock.now() + deadlineMs;
    await this.#within(endMs, signal, this.#options.clock.sleep(LATENCY_MS));
    this.#checkTakes();
    const job = this.#job(request, key);
    const { promise: never } = Promise.withResolvers<void>();
    await this.#within(endMs, signal, this.#trouble === 'mute' ? never : job.done);
    if (this.#trouble === 'answers lost' || this.#trouble === 'mute')
      await this.#within(endMs, signal, never);
    return new Uint8Array();
  }

  #checkTakes(): void {
    if (this.#trouble === 'down') throw new ServerError('unreached', `${this.name} refuses the connection`);
    if (this.#trouble === 'full') throw new ServerError('unreached', `${this.name} takes no work: 503`);
    if (this.#trouble === 'fails') throw new ServerError('failed', `${this.name}: 500`);
  }

  async #answer(deadlineMs: number, signal: AbortSignal | undefined): Promise<void> {
    const endMs = this.#options.clock.now() + deadlineMs;
    await this.#within(endMs, signal, this.#options.clock.sleep(LATENCY_MS));
    this.#checkTakes();
    if (this.#trouble === 'mute') await this.#within(endMs, signal, Promise.withResolvers<void>().promise);
  }

  /** The job of a request: the one that stands under its key, or a new one. */
  #job(request: PictureRequest, key: string | undefined): Job {
    const known = this.isIdempotent && key !== undefined ? this.#byKey.get(key) : undefined;
    if (known) return known;
    const { promise: done, resolve: end } = Promise.withResolvers<void>();
    const job: Job = { request, key, isBegun: false, done, end };
    if (key !== undefined) this.#byKey.set(key, job);
    this.#line.push(job);
    void this.#work();
    return job;
  }

  async #work(): Promise<void> {
    if (this.#isBusy) return;
    this.#isBusy = true;
    const { clock, msByWork, onBegun } = this.#options;
    const life = this.#life;
    for (let job = this.#line[0]; job && this.#life === life; job = this.#line[0]) {
      // What a server takes up again by itself is the same work.
      if (job.request.prompt !== TRIAL && !job.isBegun) onBegun(job.request);
      job.isBegun = true;
      const ms = workOf(job.request) * msByWork * (this.#trouble === 'slow' ? SLOWER : 1);
      await clock.sleep(ms);
      if (this.#life !== life) return;
      this.busyMs += ms;
      job.end();
      this.#line.shift();
    }
    if (this.#life === life) this.#isBusy = false;
  }

  #become(trouble: Trouble): void {
    const wasDown = this.#trouble === 'down';
    this.#trouble = trouble;
    if (trouble === 'down') {
      this.#life.abort();
      this.#life = new AbortController();
      this.#isBusy = false;
      // What it kept on its disk it takes up again; the others are forgotten with it.
      this.#line = this.isIdempotent ? this.#line.filter(({ key }) => key !== undefined) : [];
    } else if (wasDown) this.#options.clock.after(RETRY_MS, () => void this.#work());
  }

  /** Waits for something, at most until the deadline; throws as a broken connection when the server goes down. */
  async #within(endMs: number, signal: AbortSignal | undefined, wait: Promise<void>): Promise<void> {
    if (signal?.aborted) throw cancelled();
    const { promise, resolve, reject } = Promise.withResolvers<void>();
    const { clock } = this.#options;
    const stopDeadline = clock.after(endMs - clock.now(), () =>
      reject(new ServerError('silent', `${this.name} was silent`)),
    );
    const broke = () => reject(new ServerError('broken', `${this.name} broke off`));
    const stop = () => reject(cancelled());
    const life = this.#life.signal;
    life.addEventListener('abort', broke);
    signal?.addEventListener('abort', stop);
    wait.then(resolve);
    try {
      await promise;
    } finally {
      stopDeadline();
      life.removeEventListener('abort', broke);
      signal?.removeEventListener('abort', stop);
    }
  }
}

const TRIAL_RECIPE = { seed: 0, steps: 1, guidanceScale: 1 };

const INFO: ModelInfo = {
  ...{ name: 'simulated', digest: '0'.repeat(64), device: 'none', precision: 'none', numerics: 'none' },
  ...{ sizeMultiplePx: 32, minSidePx: 256, maxSidePx: 2048, maxAspect: 4 },
  ...{ defaultWidthPx: 1024, defaultHeightPx: 1024, defaultSteps: 30, defaultGuidanceScale: 1.5 },
  ...{ maxSteps: 100, maxGuidanceScale: 30, maxCount: 10, maxPromptBytes: 20_000 },
  can: {
    ...{ edits: true, references: 16, masks: false, sameLayout: false, previews: false, abort: 'picture' },
    ...{ seeds: true, steps: true, guidance: true, resume: false, warm: false },
  },
};
