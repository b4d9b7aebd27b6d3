/**
 * 8-bit picture resizes, byte-equal to Pillow and to torchvision's uint8 path.
 * Separable, horizontal pass first, rounded and clamped to 8 bits after each pass. Knows no file format.
 * Source: docs/model.md, "Reference pictures"; Pillow `src/libImaging/Resample.c`, torchvision 0.29 on uint8 tensors.
 */

/** A picture as interleaved 8-bit RGB, row-major. */
export interface Pixels {
  width: number;
  height: number;
  data: Uint8Array;
}

export type ResizeFilter = 'bicubic' | 'lanczos';
/** The library whose fixed-point precision is reproduced. */
export type ResizeBackend = 'pillow' | 'torchvision';

const CHANNELS = 3;
const PILLOW_BITS = 22;

function bicubic(x: number): number {
  const a = -0.5;
  const t = Math.abs(x);
  if (t < 1) return ((a + 2) * t - (a + 3)) * t * t + 1;
  if (t < 2) return (((t - 5) * t + 8) * t - 4) * a;
  return 0;
}

const sinc = (x: number): number => (x === 0 ? 1 : Math.sin(Math.PI * x) / (Math.PI * x));
const lanczos = (x: number): number => (x > -3 && x < 3 ? sinc(x) * sinc(x / 3) : 0);

const FILTERS = { bicubic: { kernel: bicubic, radius: 2 }, lanczos: { kernel: lanczos, radius: 3 } };

interface Taps {
  start: number;
  weights: Float64Array;
}

function tapsOf(from: number, to: number, filter: ResizeFilter): Taps[] {
  const { kernel, radius } = FILTERS[filter];
  const scale = from / to;
  const stretch = Math.max(scale, 1);
  const support = radius * stretch;
  return Array.from({ length: to }, (_, i) => {
    const center = (i + 0.5) * scale;
    const start = Math.max(0, Math.trunc(center - support + 0.5));
    const end = Math.min(from, Math.trunc(center + support + 0.5));
    const weights = new Float64Array(end - start);
    for (let x = start; x < end; x++) weights[x - start] = kernel((x + 0.5 - center) / stretch);
    const sum = weights.reduce((total, w) => total + w, 0);
    return { start, weights: weights.map((w) => w / sum) };
  });
}

/** Bits of the fixed point: 22, or for torchvision the most for which the largest weight stays below 2^15. */
function precisionBits(taps: readonly Taps[], backend: ResizeBackend): number {
  if (backend === 'pillow') return PILLOW_BITS;
  let largest = 0;
  for (const { weights } of taps) for (const w of weights) largest = Math.max(largest, w);
  let bits = 0;
  while (bits < PILLOW_BITS && Math.trunc(0.5 + largest * 2 ** (bits + 1)) < 2 ** 15) bits++;
  return bits;
}

/** Taps whose weights are whole numbers, to be divided by 2 ** bits. A sum of 255 times all of them fits 32 bits. */
interface FixedTaps {
  taps: { start: number; weights: Int32Array }[];
  bits: number;
}

function fixedTapsOf(from: number, to: number, filter: ResizeFilter, backend: ResizeBackend): FixedTaps {
  const taps = tapsOf(from, to, filter);
  const bits = precisionBits(taps, backend);
  const round = (w: number) => Math.trunc(w * 2 ** bits + (w < 0 ? -0.5 : 0.5));
  return {
    taps: taps.map(({ start, weights }) => ({ start, weights: Int32Array.from(weights, round) })),
    bits,
  };
}

/** A sum of weighed levels as a level. */
function levelOf(sum: number, bits: number): number {
  const level = sum >> bits;
  return Math.max(0, Math.min(255, level));
}

function resizeWidth({ width, height, data }: Pixels, { taps, bits }: FixedTaps): Pixels {
  const out = new Uint8Array(height * taps.length * CHANNELS);
  const half = 2 ** (bits - 1);
  let to = 0;
  for (let row = 0; row < height; row++)
    for (let column = 0; column < taps.length; column++) {
      const { start, weights } = taps[column]!;
      let from = (row * width + start) * CHANNELS;
      let red = half;
      let green = half;
      let blue = half;
      for (let tap = 0; tap < weights.length; tap++) {
        const weight = weights[tap]!;
        red = (red + Math.imul(weight, data[from]!)) | 0;
        green = (green + Math.imul(weight, data[from + 1]!)) | 0;
        blue = (blue + Math.imul(weight, data[from + 2]!)) | 0;
        from += CHANNELS;
      }
      out[to] = levelOf(red, bits);
      out[to + 1] = levelOf(green, bits);
      out[to + 2] = levelOf(blue, bits);
      to += CHANNELS;
    }
  return { width: taps.length, height, data: out };
}

/** Whole rows at a time, as they lie in memory. */
function resizeHeight({ width, data }: Pixels, { taps, bits }: FixedTaps): Pixels {
  const length = width * CHANNELS;
  const out = new Uint8Array(taps.length * length);
  const sums = new Int32Array(length);
  for (const [row, { start, weights }] of taps.entries()) {
    sums.fill(2 ** (bits - 1));
    for (let tap = 0; tap < weights.length; tap++) {
      const weight = weights[tap]!;
      const from = (start + tap) * length;
      for (let i = 0; i < length; i++) sums[i] = sums[i]! + Math.imul(weight, data[from + i]!);
    }
    for (let i = 0; i < length; i++) out[row * length + i] = levelOf(sums[i]!, bits);
  }
  return { width, height: taps.length, data: out };
}

/** The pixels at another size. An axis whose size does not change is left alone. */
export function resize(
  pixels: Pixels,
  width: number,
  height: number,
  filter: ResizeFilter,
  backend: ResizeBackend,
): Pixels {
  const taps = (from: number, to: number) => fixedTapsOf(from, to, filter, backend);
  const wide = width === pixels.width ? pixels : resizeWidth(pixels, taps(pixels.width, width));
  return height === wide.height ? wide : resizeHeight(wide, taps(wide.height, height));
}
