/**
 * One at a time, in the order of arrival: what several requests under way pass through for each unit of work.
 * A request that asks again after its unit stands behind all that wait, so turns go round.
 */
export class Turnstile {
  #last: Promise<unknown> = Promise.resolve();

  /** Runs `work` when all earlier work has ended, however it ended. */
  run<T>(work: () => T | Promise<T>): Promise<T> {
    const turn = this.#last.then(work);
    this.#last = turn.catch(() => undefined);
    return turn;
  }
}
