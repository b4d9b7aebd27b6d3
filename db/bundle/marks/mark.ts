/** A text of ours within a picture file, whatever its format. Knows no receipt. */
import { jpegMark } from './jpeg.ts';
import type { Mark } from './marking.ts';
import { pngMark } from './png.ts';
import { webpMark } from './webp.ts';

/** The mark of a file's format; undefined for formats that carry none. */
export function markOf(file: Uint8Array): Mark | undefined {
  return [pngMark, jpegMark, webpMark].find((mark) => mark.isOf(file));
}
