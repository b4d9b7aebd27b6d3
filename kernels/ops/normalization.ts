/** Softmax and the normalisation operators of the standard. The norms models use are in `layers/`. */

import { dimEqual } from '../dim.ts';
import { isFloat } from '../dtype.ts';
import { node } from '../node.ts';
import { shapeEqual } from '../shape.ts';
import type { Value } from '../value.ts';
import { checkedAxis } from './reduce.ts';

/** e^x over its sum along an axis. */
export function softmax(x: Value, axis = -1): Value {
  return node('Softmax', [x], { axis: { int: axis } }, (refuse) => {
    if (!isFloat(x.dtype)) refuse(`Expected a float dtype, got ${x.dtype}`);
    checkedAxis(axis, x, refuse);
    return x;
  });
}

/** (x - mean) / sqrt(variance + epsilon) · scale + bias over the axes from `axis` on. */
export function layerNormalization(
  x: Value,
  scale: Value,
  bias: Value | undefined,
  { axis = -1, epsilon = 1e-5 }: { axis?: number; epsilon?: number } = {},
): Value {
  const inputs = bias ? [x, scale, bias] : [x, scale];
  return node(
    'LayerNormalization',
    inputs,
    { axis: { int: axis }, epsilon: { float: epsilon } },
    (refuse) => {
      const normalized = x.shape.slice(checkedAxis(axis, x, refuse));
      for (const value of inputs.slice(1)) {
        if (value.dtype !== x.dtype || !shapeEqual(value.shape, normalized)) {
          refuse(`Expected scale and bias of ${x.dtype}[${normalized.join(', ')}], got ${value}`);
        }
      }
      return x;
    },
  );
}

/**
 * (x - mean) / sqrt(variance + epsilon) · scale + bias over the space of each channel.
 * Shapes: x [n, c, ...space], scale and bias [c].
 */
export function instanceNormalization(
  x: Value,
  scale: Value,
  bias: Value,
  { epsilon = 1e-5 }: { epsilon?: number } = {},
): Value {
  return node('InstanceNormalization', [x, scale, bias], { epsilon: { float: epsilon } }, (refuse) => {
    if (x.rank < 3) refuse(`Expected [n, c, ...space], got ${x}`);
    for (const value of [scale, bias]) {
      if (value.rank !== 1 || !dimEqual(value.shape[0]!, x.shape[1]!) || value.dtype !== x.dtype) {
        refuse(`Expected scale and bias of ${x.dtype}[${x.shape[1]}], got ${value}`);
      }
    }
    return x;
  });
}
