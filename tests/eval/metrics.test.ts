/** The measures themselves against values worked out by hand. */
import { expect, test } from 'vitest';
import type { Pixels } from '../../eval/judges/pixels.ts';
import { outsideMask, psnr, ssim } from '../../eval/judges/similarity.ts';
import { editDistance, median, share, wordLikeness } from '../../eval/report/statistics.ts';

const flat = (value: number, side = 256): Pixels => ({
  width: side,
  height: side,
  data: new Uint8Array(side * side * 3).fill(value),
});

/** A picture of a repeating ramp, with noise of ±`amount`. */
function ramp(amount: number): Pixels {
  const picture = flat(0);
  for (let i = 0; i < picture.data.length; i++)
    picture.data[i] = 60 + (Math.floor(i / 3) % 97) + (i % 2 ? amount : -amount);
  return picture;
}

test('PSNR: 20 log10(255 / difference), 60 dB for equal pictures', () => {
  expect(psnr(flat(100), flat(110))).toBeCloseTo(20 * Math.log10(25.5), 6);
  expect(psnr(flat(100), flat(100))).toBe(60);
});

test('PSNR and SSIM see nothing inside the mask', () => {
  const spoiled = flat(100);
  for (let y = 0; y < 32; y++) spoiled.data.fill(0, (y * 256 + 32) * 3, (y * 256 + 64) * 3);
  const mask = outsideMask([1]);
  expect(psnr(flat(100), spoiled)).toBeLessThan(30);
  expect(psnr(flat(100), spoiled, mask)).toBe(60);
  expect(ssim(flat(100), spoiled, mask)).toBeCloseTo(1, 6);
  expect(mask.filter((bit) => bit === 0).length).toBe((32 + 16) * (32 + 8)); // a cell in the top row and 8 px around it
  expect(psnr(flat(1), flat(1), outsideMask(Array.from({ length: 64 }, (_, cell) => cell)))).toBeUndefined();
});

test('SSIM: 1 for equal pictures, lower with noise, the luminance term for flat ones', () => {
  expect(ssim(ramp(0), ramp(0))).toBeCloseTo(1, 9);
  expect(ssim(ramp(0), ramp(3))!).toBeGreaterThan(ssim(ramp(0), ramp(30))!);
  const c1 = (0.01 * 255) ** 2;
  expect(ssim(flat(100), flat(120))).toBeCloseTo((2 * 100 * 120 + c1) / (100 ** 2 + 120 ** 2 + c1), 6);
});

test('distance of words', () => {
  expect(editDistance('KITTEN', 'SITTING')).toBe(3);
  expect(wordLikeness('HOME', 'HOME')).toBe(1);
  expect(wordLikeness('HOME', 'HOM')).toBe(0.75);
  expect(wordLikeness('', '')).toBe(1);
  expect(wordLikeness('', 'AB')).toBe(0);
});

test('shares carry Wilson intervals', () => {
  const half = share([true, false, true, false, true, false, true, false, true, false])!;
  expect(half.value).toBe(0.5);
  expect(half.low).toBeCloseTo(0.2366, 3);
  expect(half.high).toBeCloseTo(0.7634, 3);
  expect(share([])).toBeUndefined();
  expect(share([true, true, true])!.high).toBeCloseTo(1, 9);
  expect(median([3, 1, 2, 10])).toBe(2.5);
});
