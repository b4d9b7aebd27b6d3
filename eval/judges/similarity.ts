/** PSNR and SSIM of two pictures where a mask allows it. Source: Wang et al. 2004; constants and uniform 7 x 7 window as in scikit-image. */
import { CELL_PX, CELLS } from './grid.ts';
import { type Pixels, reduce } from './pixels.ts';

/** The highest PSNR: above it pictures count as equal. */
const MOST_DB = 60;

/**
 * One byte a pixel of a 256 x 256 picture: 1 where nothing may change. `changed` are cells of the 8 x 8 grid, row-major; a feather of 8 px
 * (one latent cell, which the VAE mixes with its neighbours) around them is left out too.
 */
export function outsideMask(changed: readonly number[], featherPx = 8): Uint8Array {
  const side = CELLS * CELL_PX;
  const mask = new Uint8Array(side * side).fill(1);
  for (const cell of changed) {
    const top = Math.floor(cell / CELLS) * CELL_PX;
    const left = (cell % CELLS) * CELL_PX;
    for (let y = Math.max(0, top - featherPx); y < Math.min(side, top + CELL_PX + featherPx); y++)
      mask.fill(
        0,
        y * side + Math.max(0, left - featherPx),
        y * side + Math.min(side, left + CELL_PX + featherPx),
      );
  }
  return mask;
}

/** Peak signal-to-noise ratio in dB over the pixels with mask 1 (all without one), at most {@link MOST_DB}; undefined when there are none. */
export function psnr(a: Pixels, b: Pixels, mask?: Uint8Array): number | undefined {
  let sum = 0;
  let count = 0;
  for (let i = 0; i < a.width * a.height; i++) {
    if (mask && !mask[i]) continue;
    count += 3;
    for (let c = 0; c < 3; c++) sum += (a.data[i * 3 + c]! - b.data[i * 3 + c]!) ** 2;
  }
  if (count === 0) return undefined;
  return Math.min(MOST_DB, 10 * Math.log10(255 ** 2 / Math.max(1e-9, sum / count)));
}

/** Side at which drawings are told from their ground, and largest channel difference, of 255, that still is ground. */
const SMALL = 64;
const GROUND_TOLERANCE = 26;

/** PSNR (dB) over the pixels in which the ground truth, reduced to 64 x 64, differs from its ground; undefined without any. */
export function drawingPsnr(picture: Pixels, truth: Pixels, ground: Pixels): number | undefined {
  const [a, b] = [picture, truth].map((one) => reduce(one, one.width / SMALL)) as [Pixels, Pixels];
  const mask = Uint8Array.from({ length: SMALL * SMALL }, (_, i) =>
    [0, 1, 2].some((c) => Math.abs(b.data[i * 3 + c]! - ground.data[i * 3 + c]!) > GROUND_TOLERANCE) ? 1 : 0,
  );
  return psnr(a, b, mask);
}

const WINDOW = 7;
const C1 = (0.01 * 255) ** 2;
const C2 = (0.03 * 255) ** 2;

/** Mean SSIM of luminance over the 7 x 7 windows that lie inside the mask; undefined when there are none. */
export function ssim(a: Pixels, b: Pixels, mask?: Uint8Array): number | undefined {
  const { width, height } = a;
  const luma = ({ data }: Pixels) =>
    Float64Array.from(
      { length: width * height },
      (_, i) => 0.299 * data[i * 3]! + 0.587 * data[i * 3 + 1]! + 0.114 * data[i * 3 + 2]!,
    );
  const [p, q] = [luma(a), luma(b)];
  const n = WINDOW * WINDOW;
  let sum = 0;
  let count = 0;
  // Every second window: neighbours tell the same.
  for (let top = 0; top + WINDOW <= height; top += 2)
    window: for (let left = 0; left + WINDOW <= width; left += 2) {
      let [sp, sq, spp, sqq, spq] = [0, 0, 0, 0, 0];
      for (let y = top; y < top + WINDOW; y++)
        for (let x = left; x < left + WINDOW; x++) {
          const i = y * width + x;
          if (mask && !mask[i]) continue window;
          sp += p[i]!;
          sq += q[i]!;
          spp += p[i]! * p[i]!;
          sqq += q[i]! * q[i]!;
          spq += p[i]! * q[i]!;
        }
      const [mp, mq] = [sp / n, sq / n];
      const scale = n / (n - 1);
      const [vp, vq, cov] = [
        (spp / n - mp * mp) * scale,
        (sqq / n - mq * mq) * scale,
        (spq / n - mp * mq) * scale,
      ];
      sum += ((2 * mp * mq + C1) * (2 * cov + C2)) / ((mp * mp + mq * mq + C1) * (vp + vq + C2));
      count += 1;
    }
  return count === 0 ? undefined : sum / count;
}
