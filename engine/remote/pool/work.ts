/** How much there is to do for a picture, and how long that takes: measured, so that it is right for any server. */
import type { PictureRequest } from '../adapter.ts';

/** Work of a picture, in units of no meaning but that twice as many take about twice as long: pixels, steps, and pictures that are read. */
export const workOf = ({ widthPx, heightPx, steps, references }: PictureRequest): number =>
  widthPx * heightPx * steps * (1 + references.length);

/** Share of the newest measurement in the mean. */
const NEWEST = 0.3;

/** How fast a server works, by the pictures that it made. */
export class Pace {
  #msByWork: number | undefined;

  /** Milliseconds that work is expected to take; undefined before anything was measured. */
  expectedMs(work: number): number | undefined {
    return this.#msByWork === undefined ? undefined : this.#msByWork * work;
  }

  learn(work: number, tookMs: number): void {
    const measured = tookMs / work;
    this.#msByWork =
      this.#msByWork === undefined ? measured : this.#msByWork + NEWEST * (measured - this.#msByWork);
  }
}
