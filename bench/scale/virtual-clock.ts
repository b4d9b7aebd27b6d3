/** Time that passes as fast as what happens in it is done: hours in seconds, the same every time. */
import type { Clock } from '../../engine/remote/pool/clock.ts';

interface Timer {
  atMs: number;
  /** Timers of the same moment ring in the order in which they were set. */
  order: number;
  call: (() => void) | undefined;
}

const isBefore = (one: Timer, other: Timer): boolean =>
  one.atMs < other.atMs || (one.atMs === other.atMs && one.order < other.order);

export class VirtualClock implements Clock {
  /** A binary heap, the next timer first. */
  readonly #timers: Timer[] = [];
  #nowMs = 0;
  #order = 0;

  now(): number {
    return this.#nowMs;
  }

  after(ms: number, call: () => void): () => void {
    const timer: Timer = { atMs: this.#nowMs + Math.max(0, ms), order: this.#order++, call };
    this.#push(timer);
    return () => {
      timer.call = undefined;
    };
  }

  sleep(ms: number): Promise<void> {
    return new Promise((done) => this.after(ms, done));
  }

  /** Lets time pass until `isOver`. Throws where nothing is set to happen any more before that. */
  async run(isOver: () => boolean): Promise<void> {
    for (;;) {
      // Everything that follows from the last timer happens before the next one.
      await new Promise(setImmediate);
      if (isOver()) return;
      const timer = this.#pop();
      if (!timer) throw new Error(`Nothing happens any more after ${this.#nowMs} ms, and it is not over`);
      this.#nowMs = timer.atMs;
      timer.call?.();
    }
  }

  #push(timer: Timer): void {
    const timers = this.#timers;
    let at = timers.push(timer) - 1;
    while (at > 0) {
      const above = (at - 1) >> 1;
      if (!isBefore(timer, timers[above]!)) break;
      timers[at] = timers[above]!;
      at = above;
    }
    timers[at] = timer;
  }

  #pop(): Timer | undefined {
    const timers = this.#timers;
    const [first] = timers;
    const last = timers.pop();
    if (!last || timers.length === 0) return first;
    let at = 0;
    for (let below = 1; below < timers.length; below = 2 * at + 1) {
      const other = below + 1;
      if (other < timers.length && isBefore(timers[other]!, timers[below]!)) below = other;
      if (isBefore(last, timers[below]!)) break;
      timers[at] = timers[below]!;
      at = below;
    }
    timers[at] = last;
    return first;
  }
}
