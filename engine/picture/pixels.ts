/**
 * Pixels between files and networks: files to 8-bit RGB and back, and RGB to the arrays that the vision tower and the VAE read.
 * Knows no network.
 * Source: docs/model.md, "Reference pictures"; transformers 5.23 `image_processing_glm_image`.
 */
import sharp from 'sharp';
import type { ReferenceLimits } from '../model/config-schema.ts';
import { type Grid, PATCH_PX, TOKEN_PX } from '../request/sizes.ts';
import { checkShape, openPicture, readPixels } from './picture-file.ts';
import { type Pixels, type ResizeBackend, resize } from './resize.ts';

export type { Pixels } from './resize.ts';

/** The pixels of a picture file as 8-bit sRGB, upright, on white. Throws what {@link openPicture} and {@link readPixels} throw. */
export async function decodePicture(bytes: Uint8Array): Promise<Pixels> {
  const { pixels } = await openPicture(bytes);
  return readPixels(pixels.raw({ depth: 'uchar' }));
}

/** The PNG file of pixels. The same pixels give the same bytes. Filters chosen row by row save a third, higher levels little. */
export function encodePng(pixels: Pixels): Promise<Uint8Array> {
  const { width, height, data } = pixels;
  return sharp(data, { raw: { width, height, channels: 3 } })
    .png({ compressionLevel: 2, adaptiveFiltering: true })
    .toBuffer();
}

/** The whole number nearest to a number that is not negative; the even one of two. */
function roundHalfEven(x: number): number {
  const up = Math.floor(x + 0.5);
  return up - x === 0.5 ? up & ~1 : up;
}

/**
 * Token grid of a reference of the given size in pixels: one token per 16 x 16 px of the picture at half size.
 * Throws `bad_image` for sides below 16 px and ratios above 4.
 */
export function referenceGrid(widthPx: number, heightPx: number, limits: ReferenceLimits): Grid {
  checkShape(widthPx, heightPx);
  const shortSide = Math.min(widthPx, heightPx);
  const longSide = Math.max(widthPx, heightPx);
  let scale = shortSide < limits.shortest ? limits.shortest / shortSide : 1;
  if (longSide * scale > limits.longest) scale = limits.longest / longSide;
  const cells = (side: number) => Math.max(1, roundHalfEven((Math.floor(side / 2) * scale) / PATCH_PX));
  const grid = { height: cells(heightPx), width: cells(widthPx) };
  const longest = Math.max(grid.height, grid.width) * PATCH_PX;
  if (longest <= limits.longest) return grid;
  const shrink = (side: number) => Math.max(1, Math.floor((side * limits.longest) / longest));
  return { height: shrink(grid.height), width: shrink(grid.width) };
}

/**
 * Patches that the vision tower reads: bicubic resize to 16 px a token, scaled to [-1, 1].
 * Shapes: [grid.height * grid.width, 768], features ordered (channel, y, x).
 */
export function visionPatches(
  pixels: Pixels,
  grid: Grid,
  backend: ResizeBackend = 'torchvision',
): Float32Array {
  const { width, data } = resize(pixels, grid.width * PATCH_PX, grid.height * PATCH_PX, 'bicubic', backend);
  const out = new Float32Array(grid.height * grid.width * 3 * PATCH_PX * PATCH_PX);
  let at = 0;
  for (let row = 0; row < grid.height; row++)
    for (let column = 0; column < grid.width; column++)
      for (let channel = 0; channel < 3; channel++)
        for (let y = 0; y < PATCH_PX; y++)
          for (let x = 0; x < PATCH_PX; x++) {
            const pixel = (row * PATCH_PX + y) * width + column * PATCH_PX + x;
            out[at++] = (Math.fround(data[pixel * 3 + channel]! / 255) - 0.5) / 0.5;
          }
  return out;
}

/**
 * Pixels that the VAE encodes: lanczos resize to exactly 32 px a token, scaled to [-1, 1].
 * Shapes: [1, 3, 32 * grid.height, 32 * grid.width].
 */
export function vaePixels(pixels: Pixels, grid: Grid): Float32Array {
  const { width, height, data } = resize(
    pixels,
    grid.width * TOKEN_PX,
    grid.height * TOKEN_PX,
    'lanczos',
    'pillow',
  );
  const plane = width * height;
  const out = new Float32Array(3 * plane);
  for (let pixel = 0; pixel < plane; pixel++)
    for (let channel = 0; channel < 3; channel++)
      out[channel * plane + pixel] = 2 * Math.fround(data[pixel * 3 + channel]! / 255) - 1;
  return out;
}

/** 8-bit pixels of VAE output, about -1 to 1. Shapes: [3, height, width]. */
export function pixelsOf(decoded: Float32Array, width: number, height: number): Pixels {
  const plane = width * height;
  // Storing clamps to 0 to 255 and rounds halves to even.
  const levels = new Uint8ClampedArray(3 * plane);
  for (let channel = 0; channel < 3; channel++)
    for (let pixel = 0; pixel < plane; pixel++)
      levels[pixel * 3 + channel] =
        Math.fround(Math.fround(decoded[channel * plane + pixel]! / 2) + 0.5) * 255;
  return { width, height, data: new Uint8Array(levels.buffer) };
}
