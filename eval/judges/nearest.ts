/** Likeness of a picture to pictures of training seeds: RMS difference to the nearest of a thousand renders at 24 x 24 px, of 255. */
import { join } from 'node:path';
import sharp from 'sharp';
import { CASES_DIR, type CaseSet } from '../cases.ts';
import { crop, type Pixels, readPixels } from './pixels.ts';

export class TrainingPictures {
  readonly #thumbs: Pixels[];
  readonly #size: number;

  private constructor(thumbs: Pixels[], size: number) {
    this.#thumbs = thumbs;
    this.#size = size;
  }

  static async load({ thumbs: { count, columns, size } }: CaseSet): Promise<TrainingPictures> {
    const all = await readPixels(join(CASES_DIR, 'training-thumbs.webp'));
    const at = (k: number) => crop(all, (k % columns) * size, Math.floor(k / columns) * size, size, size);
    return new TrainingPictures(
      Array.from({ length: count }, (_, k) => at(k)),
      size,
    );
  }

  async distance({ width, height, data }: Pixels): Promise<number> {
    const small = await sharp(data, { raw: { width, height, channels: 3 } })
      .resize(this.#size, this.#size, { kernel: 'linear' })
      .raw()
      .toBuffer();
    let best = Infinity;
    for (const { data: other } of this.#thumbs) {
      let sum = 0;
      for (let i = 0; i < small.length && sum < best; i++) sum += (small[i]! - other[i]!) ** 2;
      best = Math.min(best, sum);
    }
    return Math.sqrt(best / small.length);
  }
}
