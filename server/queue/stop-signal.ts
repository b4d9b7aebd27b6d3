/**
 * The request that a run stops. The run ends later, after its current unit of work, and until then it may be asked to stop for
 * other reasons too: an `AbortSignal` keeps its first reason, this keeps the weightiest.
 */

/** Weightiest first: the user stopped the job, the user paused it, the server goes down. */
const STOP_REASONS = ['cancel', 'pause', 'shutdown'] as const;
export type StopReason = (typeof STOP_REASONS)[number];

/** The state in which a run ends that was stopped. */
export const STOPPED_AS = { cancel: 'cancelled', pause: 'paused', shutdown: 'interrupted' } as const;

export class StopSignal {
  readonly #abort = new AbortController();
  #reason: StopReason | undefined;

  get signal(): AbortSignal {
    return this.#abort.signal;
  }

  /** Undefined: the run was not asked to stop. */
  get reason(): StopReason | undefined {
    return this.#reason;
  }

  request(reason: StopReason): void {
    this.#reason = STOP_REASONS.find((each) => each === reason || each === this.#reason);
    this.#abort.abort();
  }
}
