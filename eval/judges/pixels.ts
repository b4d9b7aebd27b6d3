/** Picture files as 8-bit RGB arrays, crops and reductions. Knows no case. */
import { readFile } from 'node:fs/promises';
import sharp from 'sharp';

/** Row-major RGB, three bytes a pixel. */
export interface Pixels {
  width: number;
  height: number;
  data: Uint8Array;
}

/** Decodes PNG or WebP, from a file or from memory. */
export async function readPixels(source: string | Uint8Array): Promise<Pixels> {
  const bytes = typeof source === 'string' ? await readFile(source) : source;
  const { data, info } = await sharp(bytes)
    .removeAlpha()
    .toColourspace('srgb')
    .raw()
    .toBuffer({ resolveWithObject: true });
  return { width: info.width, height: info.height, data };
}

/** A copy of a rectangle. */
export function crop({ width, data }: Pixels, left: number, top: number, w: number, h: number): Pixels {
  const out = new Uint8Array(w * h * 3);
  for (let y = 0; y < h; y++) {
    const from = ((top + y) * width + left) * 3;
    out.set(data.subarray(from, from + w * 3), y * w * 3);
  }
  return { width: w, height: h, data: out };
}

/** Reduction by a whole factor: the mean of each square. */
export function reduce({ width, height, data }: Pixels, factor: number): Pixels {
  const w = Math.floor(width / factor);
  const h = Math.floor(height / factor);
  const out = new Uint8Array(w * h * 3);
  for (let y = 0; y < h; y++)
    for (let x = 0; x < w; x++)
      for (let c = 0; c < 3; c++) {
        let sum = 0;
        for (let v = 0; v < factor; v++)
          for (let u = 0; u < factor; u++) sum += data[((y * factor + v) * width + x * factor + u) * 3 + c]!;
        out[(y * w + x) * 3 + c] = Math.round(sum / (factor * factor));
      }
  return { width: w, height: h, data: out };
}
