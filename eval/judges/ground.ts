/** Which of the known backgrounds a picture has: the one that agrees with the most pixels. No network; drawings in front of it do not matter. */
import { join } from 'node:path';
import { CASES_DIR, type CaseSet } from '../cases.ts';
import { crop, type Pixels, readPixels, reduce } from './pixels.ts';

const SIDE = 64;
/** Largest difference of a channel, of 255, that still agrees: noise of the decoder and the VAE, not another colour. */
const TOLERANCE = 26;

export class GroundRecogniser {
  readonly #strip: Pixels;
  readonly #grounds: CaseSet['backgrounds'];

  private constructor(strip: Pixels, grounds: CaseSet['backgrounds']) {
    this.#strip = strip;
    this.#grounds = grounds;
  }

  static async load(set: CaseSet): Promise<GroundRecogniser> {
    return new GroundRecogniser(await readPixels(join(CASES_DIR, 'backgrounds.webp')), set.backgrounds);
  }

  /** A known ground, 64 x 64. Throws for one that is not. */
  picture([kind, colour]: readonly [kind: string, colour: string]): Pixels {
    const k = this.#grounds.findIndex((ground) => ground[0] === kind && ground[1] === colour);
    if (k < 0) throw new Error(`Expected a known ground, got ${kind} ${colour}`);
    return crop(this.#strip, 0, k * SIDE, SIDE, SIDE);
  }

  /** Kind and colour, and how much of the picture agrees, from 0 to 1. */
  recognise(picture: Pixels): { kind: string; colour: string; share: number } {
    const { data } = reduce(picture, picture.width / SIDE);
    let best = { kind: '', colour: '', share: -1 };
    for (const [k, [kind, colour]] of this.#grounds.entries()) {
      const ground = crop(this.#strip, 0, k * SIDE, SIDE, SIDE).data;
      let agreement = 0;
      for (let i = 0; i < SIDE * SIDE; i++) {
        let apart = 0;
        for (let c = 0; c < 3; c++) apart = Math.max(apart, Math.abs(data[i * 3 + c]! - ground[i * 3 + c]!));
        // The nearer the more: a faint pattern and the plain ground of its colour both agree.
        if (apart <= TOLERANCE) agreement += 1 - apart / (2 * TOLERANCE);
      }
      const share = agreement / (SIDE * SIDE);
      if (share > best.share) best = { kind, colour, share };
    }
    return best;
  }
}
