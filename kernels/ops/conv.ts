/** Convolution and nearest-neighbour resizing of [n, c, H, W] maps. */
import { type Dim, dimAdd, dimEqual, dimFloorDiv, dimMul } from '../dim.ts';
import { node } from '../node.ts';
import { constant } from '../source.ts';
import type { Value } from '../value.ts';

export interface ConvOptions {
  strides?: readonly [number, number];
  /** Top, left, bottom, right. */
  pads?: readonly [number, number, number, number];
  dilations?: readonly [number, number];
  groups?: number;
}

/**
 * Two-dimensional convolution (cross-correlation, as everywhere in the field).
 * Shapes: x [n, c, H, W], weight [o, c / groups, kh, kw], bias [o] → [n, o, H', W'].
 */
export function conv(
  x: Value,
  weight: Value,
  bias?: Value,
  { strides = [1, 1], pads = [0, 0, 0, 0], dilations = [1, 1], groups = 1 }: ConvOptions = {},
): Value {
  const attributes = {
    strides: { ints: strides },
    pads: { ints: pads },
    dilations: { ints: dilations },
    group: { int: groups },
  };
  return node('Conv', bias ? [x, weight, bias] : [x, weight], attributes, (refuse) => {
    if (x.rank !== 4 || weight.rank !== 4) refuse('Expected x [n, c, H, W] and weight [o, c, kh, kw]');
    const [batch, channels, ...space] = x.shape as [Dim, Dim, Dim, Dim];
    const [out, perGroup, ...kernel] = weight.shape as [Dim, Dim, Dim, Dim];
    if (!dimEqual(channels, dimMul(perGroup, groups))) {
      refuse(`Expected ${dimMul(perGroup, groups)} channels for this weight, got ${channels}`);
    }
    if (bias && !(bias.rank === 1 && dimEqual(bias.shape[0]!, out))) refuse(`Expected a bias of [${out}]`);
    const sizes = space.map((size, i) => {
      const reach = (Number(kernel[i]) - 1) * dilations[i]! + 1;
      const result = dimAdd(dimFloorDiv(dimAdd(size, pads[i]! + pads[i + 2]! - reach), strides[i]!), 1);
      if (typeof result === 'number' && result < 1) refuse('Expected the kernel to fit into the padded map');
      return result;
    });
    return { dtype: x.dtype, shape: [batch, out, ...sizes] };
  });
}

/** Repeats each pixel `scale` times down and across. Shapes: [n, c, H, W] → [n, c, scale·H, scale·W]. */
export function resizeNearest(x: Value, scale: number): Value {
  const attributes = {
    mode: { string: 'nearest' },
    coordinate_transformation_mode: { string: 'asymmetric' },
    nearest_mode: { string: 'floor' },
  };
  const inputs = [x, undefined, constant([1, 1, scale, scale])];
  return node('Resize', inputs, attributes, (refuse) => {
    if (x.rank !== 4) refuse('Expected [n, c, H, W]');
    if (!Number.isInteger(scale) || scale < 1) refuse(`Expected a whole scale, got ${scale}`);
    const [batch, channels, height, width] = x.shape as [Dim, Dim, Dim, Dim];
    return { dtype: x.dtype, shape: [batch, channels, dimMul(height, scale), dimMul(width, scale)] };
  });
}
