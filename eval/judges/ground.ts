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

  /** Kind and colour, and the share of pixels that agree. */
  recognise(picture: Pixels): { kind: string; colour: string; share: number } {
    const { data } = reduce(picture, picture.width / SIDE);
    let best = { kind: '', colour: '', share: -1 };
    for (const [k, [kind, colour]] of this.#grounds.entries()) {
      const ground = crop(this.#strip, 0, k * SIDE, SIDE, SIDE).data;
      let same = 0;
      for (let i = 0; i < SIDE * SIDE; i++) {
        const near = (c: number) => Math.abs(data[i * 3 + c]! - ground[i * 3 + c]!) <= TOLERANCE;
        if (near(0) && near(1) && near(2)) same += 1;
      }
      const share = same / (SIDE * SIDE);
      if (share > best.share) best = { kind, colour, share };
    }
    return best;
  }
}
