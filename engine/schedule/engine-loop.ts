/**
 * Requests under way take turns, one unit of work each: asks the scheduler whose turn it is, runs it, and charges what it
 * took. Requests that sample tokens take their turns together.
 */
import { setImmediate } from 'node:timers/promises';
import { EngineError } from '../request/errors.ts';
import type { Job, Scheduler, Ticket } from './scheduler.ts';
import type { TokenBatcher } from './token-batcher.ts';

/** Requests that sample in one forward at most. */
const MOST_TOGETHER = 8;

export interface TurnTicket extends Ticket {
  /** Whether its next unit is a forward of the language model that others may share. */
  sampling: boolean;
}

export class Turns {
  readonly #scheduler: Scheduler<TurnTicket>;
  readonly #batcher: TokenBatcher;
  /** Units asked for and not begun. */
  readonly #asked = new Map<Job<TurnTicket>, () => Promise<void>>();
  #running = false;

  constructor(scheduler: Scheduler<TurnTicket>, batcher: TokenBatcher) {
    this.#scheduler = scheduler;
    this.#batcher = batcher;
  }

  enter(ticket: TurnTicket): Job<TurnTicket> {
    return this.#scheduler.add(ticket, performance.now());
  }

  /** Harmless when repeated. */
  leave(job: Job<TurnTicket>): void {
    this.#asked.delete(job);
    this.#scheduler.remove(job);
    void this.#run();
  }

  /** Runs a unit when it is this request's turn. Throws `cancelled` and leaves where it is stopped before that. */
  take<R>(job: Job<TurnTicket>, unit: () => Promise<R>, signal?: AbortSignal): Promise<R> {
    return new Promise((resolve, reject) => {
      const stop = () => {
        this.leave(job);
        reject(new EngineError('cancelled', 'The request was stopped.'));
      };
      if (signal?.aborted) return stop();
      signal?.addEventListener('abort', stop, { once: true });
      this.#asked.set(job, () => {
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
      // Whoever has just had a unit gets to ask for the next one before it is decided whose turn it is.
      await setImmediate();
      const group = this.#nextGroup();
      if (group.length === 0) break;
      const from = performance.now();
      await this.#batcher.together(group.map((job) => this.#begin(job)));
      for (const job of group) this.#scheduler.charge(job, (performance.now() - from) / group.length);
    }
    this.#running = false;
  }

  #nextGroup(): Job<TurnTicket>[] {
    const first = this.#scheduler.next(performance.now(), (job) => this.#asked.has(job));
    if (!first?.ticket.sampling) return first ? [first] : [];
    const others = this.#scheduler
      .active()
      .filter((job) => job !== first && job.ticket.sampling && this.#asked.has(job));
    return [first, ...others].slice(0, MOST_TOGETHER);
  }

  #begin(job: Job<TurnTicket>): () => Promise<void> {
    const unit = this.#asked.get(job)!;
    this.#asked.delete(job);
    return unit;
  }
}
