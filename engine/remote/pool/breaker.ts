/**
 * Whether a server is asked: while it is `closed` it is; `open`, it is left alone for a while that grows each time; `half_open`, it is
 * tried out. Decides only; time is passed in.
 * Source: Nygard, "Release It!" (2007), the circuit breaker; jitter as in Brooker, "Exponential Backoff And Jitter" (2015).
 */
export interface BreakerOptions {
  /** First wait; doubles with every fault until a picture was drawn. */
  firstWaitMs: number;
  longestWaitMs: number;
  /** 0 to 1, below 1: so that servers which fell together are not all asked at once. */
  random: () => number;
}

/** A wait is this share of its full length at least. */
const LEAST_SHARE = 0.5;

export class Breaker {
  readonly #options: BreakerOptions;
  #state: 'closed' | 'open' | 'half_open' = 'open';
  #waitMs: number;

  /** Open, to be tried out at once. */
  constructor(options: BreakerOptions) {
    this.#options = options;
    this.#waitMs = options.firstWaitMs;
  }

  get state(): 'closed' | 'open' | 'half_open' {
    return this.#state;
  }

  /** Something went wrong. Answers how long the server is to be left alone. */
  open(): number {
    const { longestWaitMs, random } = this.#options;
    this.#state = 'open';
    const waitMs = this.#waitMs * (LEAST_SHARE + (1 - LEAST_SHARE) * random());
    this.#waitMs = Math.min(longestWaitMs, this.#waitMs * 2);
    return waitMs;
  }

  /** The wait is over: the server is tried out, and gets nothing else meanwhile. */
  tryOut(): void {
    this.#state = 'half_open';
  }

  /** It passed. The next wait is as long as it was, until it has drawn: one that comes and goes is asked less and less. */
  close(): void {
    this.#state = 'closed';
  }

  /** It drew a picture that was asked for. */
  proved(): void {
    this.#waitMs = this.#options.firstWaitMs;
  }
}
