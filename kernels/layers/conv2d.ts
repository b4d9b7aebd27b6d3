/** Convolution as models use it: square kernels, one stride, equal or explicit padding; and nearest upsampling. */
import { conv, resizeNearest } from '../ops/index.ts';
import type { Value } from '../value.ts';

export interface Conv2dOptions {
  bias?: Value;
  stride?: number;
  /** On all sides, or top, left, bottom, right. */
  padding?: number | readonly [number, number, number, number];
}

/** Shapes: x [n, c, H, W], weight [o, c, k, k], bias [o] → [n, o, H', W']. */
export function conv2d(
  x: Value,
  weight: Value,
  { bias, stride = 1, padding = 0 }: Conv2dOptions = {},
): Value {
  const pads = typeof padding === 'number' ? ([padding, padding, padding, padding] as const) : padding;
  return conv(x, weight, bias, { strides: [stride, stride], pads });
}

/** Each pixel four times. Shapes: [n, c, H, W] → [n, c, 2H, 2W]. */
export const upsampleNearest2x = (x: Value): Value => resizeNearest(x, 2);
