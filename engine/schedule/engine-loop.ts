/**
 * The engine loop: asks the scheduler which requests run next, runs one unit of each, and charges the time to their owners.
 * Requests that decode tokens run together, so that their rows share a forward pass.
 */
import { setImmediate } from 'node:timers/promises';
import { EngineError } from '../request/errors.ts';
import type { RequestInfo, ScheduledRequest, Scheduler } from './scheduler.ts';
import type { TokenBatcher } from './token-batcher.ts';

/** Requests in one batch at most. */
const MOST_BATCHED = 8;

export interface LoopRequestInfo extends RequestInfo {
  /** Whether its next unit is a forward pass of the language model that other requests may share. */
  decoding: boolean;
}

type LoopRequest = ScheduledRequest<LoopRequestInfo>;

export class EngineLoop {
  readonly #scheduler: Scheduler<LoopRequestInfo>;
  readonly #batcher: TokenBatcher;
  /** Units asked for and not begun. */
  readonly #pending = new Map<LoopRequest, () => Promise<void>>();
  #running = false;

  constructor(scheduler: Scheduler<LoopRequestInfo>, batcher: TokenBatcher) {
    this.#scheduler = scheduler;
    this.#batcher = batcher;
  }

  add(info: LoopRequestInfo): LoopRequest {
    return this.#scheduler.add(info, performance.now());
  }

  /** Harmless when repeated. */
  remove(request: LoopRequest): void {
    this.#pending.delete(request);
    this.#scheduler.remove(request);
    void this.#run();
  }

  /** Runs a unit of a request when the scheduler chooses it. Throws `cancelled`, and removes it, where it is stopped before that. */
  step<R>(request: LoopRequest, unit: () => Promise<R>, signal?: AbortSignal): Promise<R> {
    return new Promise((resolve, reject) => {
      const stop = () => {
        this.remove(request);
        reject(new EngineError('cancelled', 'The request was stopped.'));
      };
      if (signal?.aborted) return stop();
      signal?.addEventListener('abort', stop, { once: true });
      this.#pending.set(request, () => {
        signal?.removeEventListener('abort', stop);
        return unit().then(resolve, reject);
      });
      void this.#run();
    });
  }

  async #run(): Promise<void> {
    if (this.#running) return;
    this.#running = true;
    for (;;) {
      // A request that has just had a unit gets to ask for its next one before the scheduler decides.
      await setImmediate();
      const batch = this.#nextBatch();
      if (batch.length === 0) break;
      const from = performance.now();
      await this.#batcher.runTogether(batch.map((request) => this.#begin(request)));
      const costMs = (performance.now() - from) / batch.length;
      for (const request of batch) this.#scheduler.charge(request, costMs);
    }
    this.#running = false;
  }

  #nextBatch(): LoopRequest[] {
    const first = this.#scheduler.next(performance.now(), (request) => this.#pending.has(request));
    if (!first?.info.decoding) return first ? [first] : [];
    const others = this.#scheduler
      .active()
      .filter((request) => request !== first && request.info.decoding && this.#pending.has(request));
    return [first, ...others].slice(0, MOST_BATCHED);
  }

  #begin(request: LoopRequest): () => Promise<void> {
    const unit = this.#pending.get(request)!;
    this.#pending.delete(request);
    return unit;
  }
}
