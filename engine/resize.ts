/**
 * 8-bit picture resizes, byte-equal to Pillow and to torchvision's uint8 path.
 * Separable, horizontal pass first, rounded and clamped to 8 bits after each pass. Knows no file format.
 * Source: glm-image.md 3.2; Pillow `src/libImaging/Resample.c`, torchvision 0.29 on uint8 tensors.
 */

/** Interleaved 8-bit RGB, row-major. */
export interface Picture {
  width: number;
  height: number;
  data: Uint8Array;
}

export type ResizeFilter = 'bicubic' | 'lanczos';
/** Whose fixed-point precision is reproduced. */
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

/** Resizes along one axis of a [lines, length, 3] array; strides say which axis that is. */
function resizeAxis(
  source: Uint8Array,
  lines: number,
  lineStride: number,
  pixelStride: number,
  out: { data: Uint8Array; lineStride: number; pixelStride: number },
  taps: readonly Taps[],
  bits: number,
): void {
  const one = 2 ** bits;
  const integer = taps.map(({ start, weights }) => ({
    start,
    weights: Array.from(weights, (w) => Math.trunc(w * one + (w < 0 ? -0.5 : 0.5))),
  }));
  for (let line = 0; line < lines; line++)
    for (let i = 0; i < integer.length; i++) {
      const { start, weights } = integer[i]!;
      for (let channel = 0; channel < CHANNELS; channel++) {
        let sum = one / 2;
        let at = line * lineStride + start * pixelStride + channel;
        for (const weight of weights) {
          sum += weight * source[at]!;
          at += pixelStride;
        }
        const value = Math.floor(sum / one);
        out.data[line * out.lineStride + i * out.pixelStride + channel] = Math.max(0, Math.min(255, value));
      }
    }
}

/** The picture at another size. An axis whose size does not change is left alone. */
export function resize(
  picture: Picture,
  width: number,
  height: number,
  filter: ResizeFilter,
  backend: ResizeBackend,
): Picture {
  let { data } = picture;
  if (width !== picture.width) {
    const taps = tapsOf(picture.width, width, filter);
    const out = new Uint8Array(picture.height * width * CHANNELS);
    const target = { data: out, lineStride: width * CHANNELS, pixelStride: CHANNELS };
    const bits = precisionBits(taps, backend);
    resizeAxis(data, picture.height, picture.width * CHANNELS, CHANNELS, target, taps, bits);
    data = out;
  }
  if (height !== picture.height) {
    const taps = tapsOf(picture.height, height, filter);
    const out = new Uint8Array(height * width * CHANNELS);
    const target = { data: out, lineStride: CHANNELS, pixelStride: width * CHANNELS };
    const bits = precisionBits(taps, backend);
    resizeAxis(data, width, CHANNELS, width * CHANNELS, target, taps, bits);
    data = out;
  }
  return { width, height, data };
}
