/**
 * Linear layers whose weights are integers of 4 or 8 bits, called codes, with scales. In blocks each run of some weights of a row has a
 * scale, and so has each run of x: a row of the result depends on its own row of x alone. In columns each output has one scale, and all
 * of x has one.
 * Codes are given, as a file holds them, or made of a stored weight by operators that the runtime folds at compilation: the same codes.
 */
import { node } from '../node.ts';
import { abs, add, cast, div, floor, max, reduceMax, reshape, transpose } from '../ops/index.ts';
import { blockOf, type CodeBits, LARGEST, MIDDLE, TINY } from '../quantize.ts';
import { constant } from '../source.ts';
import type { Value } from '../value.ts';
import { linear } from './linear.ts';

/** Weights in blocks: codes [o, i / block, bytes of a block], the first in the lower bits of a byte; scales [o, i / block]. */
export interface BlockWeight {
  codes: Value;
  scales: Value;
  bits: CodeBits;
}

/** Weights in columns: codes [i, o] int8, scales [o]. */
export interface ColumnWeight {
  codes: Value;
  scales: Value;
}

/**
 * x · weightᵀ + bias with weights and activations in blocks: a row depends on its own row of x alone, bit by bit. For few rows, which take
 * mostly the time of reading the weights. Shapes: x [n, i], bias [o] → [n, o]. Source: the operator `MatMulNBits` of com.microsoft.
 */
export function blockLinear(x: Value, { codes, scales, bits }: BlockWeight, bias?: Value): Value {
  const [outputs, blocks, blockBytes] = codes.shape.map(Number) as [number, number, number];
  const block = (blockBytes * 8) / bits;
  const attributes = {
    K: { int: blocks * block },
    N: { int: outputs },
    bits: { int: bits },
    block_size: { int: block },
    accuracy_level: { int: 4 },
  };
  const product = node(
    'MatMulNBits',
    [x, codes, scales],
    attributes,
    (refuse) => {
      if (Number(x.shape.at(-1)) !== blocks * block) refuse(`Expected rows of ${blocks * block} numbers`);
      return { dtype: x.dtype, shape: [x.shape[0]!, outputs] };
    },
    'com.microsoft',
  );
  return bias ? add(product, bias) : product;
}

/**
 * x · weightᵀ + bias with weights in columns and all of x in 8 bits under one scale: the fastest for many rows (three times fp32 at 256),
 * but a row of the result depends on all rows of x. Shapes: x [n, i], bias [o] → [n, o].
 * Source: the operator `DynamicQuantizeMatMul` of com.microsoft.
 */
export function columnLinear(x: Value, { codes, scales }: ColumnWeight, bias?: Value): Value {
  const [, outputs] = codes.shape;
  return node(
    'DynamicQuantizeMatMul',
    [x, codes, scales, undefined, bias],
    {},
    () => ({ dtype: x.dtype, shape: [x.shape[0]!, outputs!] }),
    'com.microsoft',
  );
}

/** {@link blockLinear} of a weight [o, i] in 8 bits; in full precision where no block divides i. */
export function linearInt8Rows(x: Value, weight: Value, bias?: Value): Value {
  const [outputs, inputs] = weight.shape.map(Number) as [number, number];
  const block = blockOf(inputs, 8);
  if (block === undefined) return linear(x, weight, bias);
  const blocks = reshape(weight, [outputs, inputs / block, block]);
  const scales = scalesOf(blocks, 2);
  const codes = cast(floor(add(div(blocks, scales), MIDDLE[8] + 0.5)), 'uint8');
  return blockLinear(x, { codes, scales: reshape(scales, [outputs, inputs / block]), bits: 8 }, bias);
}

/** {@link columnLinear} of a weight [o, i]. */
export function linearInt8(x: Value, weight: Value, bias?: Value): Value {
  const scales = scalesOf(weight, 1);
  const codes = cast(floor(add(div(weight, scales), 0.5)), 'int8');
  return columnLinear(
    x,
    { codes: transpose(codes, [1, 0]), scales: reshape(scales, [weight.shape[0]!]) },
    bias,
  );
}

/** The value of one step of the 8-bit numbers, by the largest weight along an axis. */
function scalesOf(weight: Value, axis: number): Value {
  return max(div(reduceMax(abs(weight), { axes: [axis] }), LARGEST), constant(TINY));
}
