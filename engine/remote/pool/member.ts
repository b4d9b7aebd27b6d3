/** One server of a pool: whether it is asked, how fast it works, and what stands before it. Decides nothing for the others. */
import type { EngineError } from '../../request/errors.ts';
import type { ModelInfo } from '../../request/request.ts';
import type { Adapter } from '../adapter.ts';
import { Breaker, type BreakerOptions } from './breaker.ts';
import { Pace } from './work.ts';

/** A server as the pool sees it. */
export interface Server extends Omit<Adapter, 'probe' | 'fits'> {
  /** By which people know it: its host. */
  readonly name: string;
  /** Asks it what it is, and whether it draws. Throws as {@link Adapter.probe}. */
  tryOut(signal: AbortSignal): Promise<ModelInfo>;
}

/** A picture that was sent, until it is there. */
export interface Call {
  readonly work: number;
  readonly fromMs: number;
  /** Nobody waits for it any more, but the server is at it until about then. */
  leftUntilMs?: number;
}

/** Of a call that takes longer than expected, this share of what was expected is expected still. */
const LEAST_SHARE = 0.1;
/** Failures in a row after which a server is tried out anew. */
const MOST_FAILURES = 2;

export class Member {
  readonly server: Server;
  readonly breaker: Breaker;
  readonly pace = new Pace();
  /** What it said of itself when it was in service last. */
  info: ModelInfo | undefined;
  /** Why it is out of service. */
  error: EngineError | undefined;
  /** Whether it is left out until what was asked for is changed. */
  isRefused = false;
  /** Work that it has done. */
  doneWork = 0;
  #calls = new Set<Call>();
  #failures = 0;

  constructor(server: Server, options: BreakerOptions) {
    this.server = server;
    this.breaker = new Breaker(options);
  }

  get name(): string {
    return this.server.name;
  }

  get isInService(): boolean {
    return this.breaker.state === 'closed';
  }

  /** Pictures under way that somebody waits for. */
  get waitedFor(): number {
    let count = 0;
    for (const { leftUntilMs } of this.#calls) if (leftUntilMs === undefined) count += 1;
    return count;
  }

  /** Milliseconds until what was left is over. */
  leftMs(nowMs: number): number {
    this.#forgetOver(nowMs);
    return [...this.#calls].reduce(
      (longest, { leftUntilMs = 0 }) => Math.max(longest, leftUntilMs - nowMs),
      0,
    );
  }

  /** Milliseconds until all that it is at is over; where its pace is not known, by that of `others`. */
  remainingMs(nowMs: number, others: Pace): number {
    this.#forgetOver(nowMs);
    return [...this.#calls].reduce((sum, { work, fromMs, leftUntilMs }) => {
      if (leftUntilMs !== undefined) return sum + leftUntilMs - nowMs;
      const expectedMs = this.expectedMs(work, others);
      return sum + Math.max(LEAST_SHARE * expectedMs, fromMs + expectedMs - nowMs);
    }, 0);
  }

  expectedMs(work: number, others: Pace): number {
    return this.pace.expectedMs(work) ?? others.expectedMs(work) ?? 0;
  }

  begin(work: number, nowMs: number): Call {
    const call = { work, fromMs: nowMs };
    this.#calls.add(call);
    return call;
  }

  drew(call: Call, nowMs: number): void {
    this.#calls.delete(call);
    this.pace.learn(call.work, nowMs - call.fromMs);
    this.doneWork += call.work;
    this.#failures = 0;
    this.breaker.proved();
  }

  /** Nothing of the call is under way any more. */
  ended(call: Call): void {
    this.#calls.delete(call);
  }

  /** Whether it failed so often in a row that it is to be tried out anew. */
  get fails(): boolean {
    return this.#failures >= MOST_FAILURES;
  }

  failed(): void {
    this.#failures += 1;
  }

  /**
   * Nobody waits for a call any more, and the server goes on with it: until it should be over, or, where it is overdue or nothing is
   * known, for as long again.
   */
  leave(call: Call, nowMs: number): void {
    const endMs = call.fromMs + (this.pace.expectedMs(call.work) ?? 0);
    call.leftUntilMs = endMs > nowMs ? endMs : 2 * nowMs - call.fromMs;
  }

  /** In service, as it says of itself. What it was left with is over where it has drawn since, one after the other. */
  enter(info: ModelInfo, isLeftOver: boolean): void {
    this.info = info;
    this.error = undefined;
    this.isRefused = false;
    this.#failures = 0;
    this.breaker.close();
    if (isLeftOver)
      for (const call of this.#calls) if (call.leftUntilMs !== undefined) this.#calls.delete(call);
  }

  #forgetOver(nowMs: number): void {
    for (const call of this.#calls)
      if (call.leftUntilMs !== undefined && call.leftUntilMs <= nowMs) this.#calls.delete(call);
  }
}
