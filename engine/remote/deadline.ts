/** How long a picture may take elsewhere: it grows with the work, by what the last picture took. */
import type { PictureRequest } from './adapter.ts';

/** Enough for the largest picture on a server that has others to draw first. */
const LEAST_MS = 300_000;
const MARGIN = 4;

export class Deadline {
  readonly #leastMs: number;
  #msByWork = 0;

  /** `leastMs` is what any picture may take. Default: 300 s. */
  constructor(leastMs = LEAST_MS) {
    this.#leastMs = leastMs;
  }

  of(request: PictureRequest): number {
    return this.#leastMs + MARGIN * this.#msByWork * workOf(request);
  }

  /** A picture of this size took so long. */
  learn(request: PictureRequest, tookMs: number): void {
    this.#msByWork = tookMs / workOf(request);
  }
}

const workOf = ({ widthPx, heightPx, steps, references }: PictureRequest): number =>
  widthPx * heightPx * steps * (1 + references.length);
