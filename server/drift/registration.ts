/**
 * How far one picture is shifted against another, by phase correlation: the peak of the inverse transform of the normalised
 * cross power spectrum, refined between pixels by a parabola. Pure; knows no file.
 * Source: Kuglin and Hines, "The phase correlation image alignment method", 1975; Cooley and Tukey, 1965.
 */

/** One channel of a picture, row-major. */
export interface Plane {
  width: number;
  height: number;
  data: Float64Array;
}

/** A peak below this share of a perfect one means that the two do not register. */
const MIN_PEAK = 0.03;

/** Where the second picture lies against the first, in pixels of these planes; null where they do not register. */
export function shiftBetween(first: Plane, second: Plane): { x: number; y: number } | null {
  const width = powerOfTwo(first.width);
  const height = powerOfTwo(first.height);
  const one = spectrum(first, width, height);
  const other = spectrum(second, width, height);
  for (let at = 0; at < one.real.length; at += 1) {
    const real = other.real[at]! * one.real[at]! + other.imaginary[at]! * one.imaginary[at]!;
    const imaginary = other.imaginary[at]! * one.real[at]! - other.real[at]! * one.imaginary[at]!;
    const size = Math.hypot(real, imaginary) || 1;
    one.real[at] = real / size;
    // The inverse of a transform is the transform of its conjugate.
    one.imaginary[at] = -imaginary / size;
  }
  transform2d(one, width, height);
  let peak = 0;
  for (let at = 1; at < one.real.length; at += 1) if (one.real[at]! > one.real[peak]!) peak = at;
  if (one.real[peak]! / one.real.length < MIN_PEAK) return null;
  const x = peak % width;
  const y = (peak - x) / width;
  const value = (column: number, row: number) =>
    one.real[((row + height) % height) * width + ((column + width) % width)]!;
  const between = (before: number, middle: number, after: number) => {
    const curve = before - 2 * middle + after;
    return curve === 0 ? 0 : Math.max(-0.5, Math.min(0.5, (before - after) / (2 * curve)));
  };
  const dx = x + between(value(x - 1, y), value(x, y), value(x + 1, y));
  const dy = y + between(value(x, y - 1), value(x, y), value(x, y + 1));
  return { x: dx > width / 2 ? dx - width : dx, y: dy > height / 2 ? dy - height : dy };
}

interface Complex {
  real: Float64Array;
  imaginary: Float64Array;
}

/** The transform of a plane without its mean, faded out towards its edges: a hard edge is a peak of its own. */
function spectrum({ width, height, data }: Plane, toWidth: number, toHeight: number): Complex {
  const mean = data.reduce((sum, value) => sum + value, 0) / data.length;
  const field = {
    real: new Float64Array(toWidth * toHeight),
    imaginary: new Float64Array(toWidth * toHeight),
  };
  const fade = (at: number, size: number) => 0.5 - 0.5 * Math.cos((2 * Math.PI * (at + 0.5)) / size);
  for (let y = 0; y < height; y += 1)
    for (let x = 0; x < width; x += 1)
      field.real[y * toWidth + x] = (data[y * width + x]! - mean) * fade(x, width) * fade(y, height);
  transform2d(field, toWidth, toHeight);
  return field;
}

function transform2d(field: Complex, width: number, height: number): void {
  for (let y = 0; y < height; y += 1) transform(field, y * width, 1, width);
  for (let x = 0; x < width; x += 1) transform(field, x, width, height);
}

/** Fast Fourier transform in place of `size` numbers from `start`, `stride` apart; `size` is a power of two. */
function transform({ real, imaginary }: Complex, start: number, stride: number, size: number): void {
  const at = (index: number) => start + index * stride;
  for (let index = 1, mirror = 0; index < size; index += 1) {
    let bit = size >> 1;
    for (; mirror & bit; bit >>= 1) mirror ^= bit;
    mirror ^= bit;
    if (index >= mirror) continue;
    [real[at(index)], real[at(mirror)]] = [real[at(mirror)]!, real[at(index)]!];
    [imaginary[at(index)], imaginary[at(mirror)]] = [imaginary[at(mirror)]!, imaginary[at(index)]!];
  }
  for (let half = 1; half < size; half <<= 1) {
    const turn = -Math.PI / half;
    for (let offset = 0; offset < half; offset += 1) {
      const cos = Math.cos(turn * offset);
      const sin = Math.sin(turn * offset);
      for (let block = offset; block < size; block += half << 1) {
        const upper = at(block);
        const lower = at(block + half);
        const re = real[lower]! * cos - imaginary[lower]! * sin;
        const im = real[lower]! * sin + imaginary[lower]! * cos;
        real[lower] = real[upper]! - re;
        imaginary[lower] = imaginary[upper]! - im;
        real[upper] = real[upper]! + re;
        imaginary[upper] = imaginary[upper]! + im;
      }
    }
  }
}

function powerOfTwo(size: number): number {
  return 2 ** Math.ceil(Math.log2(size));
}
