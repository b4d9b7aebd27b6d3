/**
 * Group norm: channels in groups, each group normalised over its channels and space together. Groups become the channels
 * of an InstanceNormalization, the fastest form measured on the CPU (32 x 256 x 256: 7.3 ms; decomposed into means 9.0 ms,
 * the standard's GroupNormalization 12.7 ms). Source: arXiv 1803.08494.
 */
import { dimDivide, dimMul } from '../dim.ts';
import { ShapeError } from '../errors.ts';
import { add, instanceNormalization, mul, reshape } from '../ops/index.ts';
import { constant } from '../source.ts';
import type { Value } from '../value.ts';

export interface GroupNormOptions {
  groups: number;
  weight: Value;
  bias: Value;
  eps?: number;
}

/**
 * (x - mean) / sqrt(variance + eps) over each group, then a weight and a bias for each channel.
 * Shapes: x [1, c, H, W], weight and bias [c] → [1, c, H, W].
 * Throws: ShapeError where the groups do not divide the channels.
 */
export function groupNorm(x: Value, { groups, weight, bias, eps = 1e-6 }: GroupNormOptions): Value {
  const [batch, channels, height, width] = x.shape;
  const perGroup = dimDivide(channels!, groups);
  if (batch !== 1 || perGroup === undefined) {
    throw new ShapeError(
      `groupNorm(${x}; groups=${groups}): Expected [1, c, H, W] with c a multiple of groups`,
    );
  }
  const grouped = reshape(x, [1, groups, dimMul(perGroup, height!, width!)]);
  const [ones, zeros] = [1, 0].map((value) =>
    constant(new Float32Array(groups).fill(value), { dtype: x.dtype }),
  );
  const normal = reshape(instanceNormalization(grouped, ones!, zeros!, { epsilon: eps }), x.shape);
  const perChannel = (value: Value) => reshape(value, [1, channels!, 1, 1]);
  return add(mul(normal, perChannel(weight)), perChannel(bias));
}
