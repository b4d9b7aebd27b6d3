/**
 * The linear layer as PyTorch stores it: weight [o, i], y = x · weightᵀ + bias; in full precision and in two forms of 8 bits.
 * Gemm and MatMul(x, transposed weight) run at the same speed on the CPU once ORT has packed the weight; Gemm needs
 * no transposed copy at load and adds the bias in the same pass. Weights are brought to 8 bits by operators that the
 * runtime folds at compilation, so that they still come from their file.
 */
import { node } from '../node.ts';
import {
  abs,
  add,
  cast,
  div,
  floor,
  gemm,
  matMul,
  max,
  reduceMax,
  reshape,
  transpose,
} from '../ops/index.ts';
import { constant } from '../source.ts';
import type { Value } from '../value.ts';

/** A linear layer. Shapes: x [n, i], weight [o, i], bias [o] → [n, o]. */
export type Linear = (x: Value, weight: Value, bias?: Value) => Value;

const LARGEST = 127;
/** Scale of a weight that is zero everywhere. */
const TINY = 1e-20;
/** Weights that share a scale, largest first. With 128 and more a row's bits depend on the other rows beside it. */
const BLOCKS = [64, 32, 16];

/** x · weightᵀ + bias. Shapes: x [..., i], weight [o, i], bias [o] → [..., o]. */
export function linear(x: Value, weight: Value, bias?: Value): Value {
  if (x.rank === 2) return gemm(x, weight, bias, { transB: true });
  const product = matMul(x, transpose(weight, [1, 0]));
  return bias ? add(product, bias) : product;
}

/**
 * {@link linear} with weights and activations in 8 bits, both scaled in blocks of a row: a row of the result depends on
 * its own row of x alone, bit by bit. For few rows, which take mostly the time of reading the weights. In full precision
 * where no block divides i. Source: the operator `MatMulNBits` of com.microsoft.
 */
export function linearInt8Rows(x: Value, weight: Value, bias?: Value): Value {
  const [outputs, inputs] = weight.shape.map(Number) as [number, number];
  const block = BLOCKS.find((size) => inputs % size === 0);
  if (block === undefined) return linear(x, weight, bias);
  const blocks = reshape(weight, [outputs, inputs / block, block]);
  const scales = scalesOf(blocks, 2);
  const attributes = {
    K: { int: inputs },
    N: { int: outputs },
    bits: { int: 8 },
    block_size: { int: block },
    accuracy_level: { int: 4 },
  };
  // The operator takes unsigned codes around 128.
  const codes = cast(floor(add(div(blocks, scales), 128.5)), 'uint8');
  const product = node(
    'MatMulNBits',
    [x, codes, reshape(scales, [outputs, inputs / block])],
    attributes,
    () => ({ dtype: x.dtype, shape: [x.shape[0]!, outputs] }),
    'com.microsoft',
  );
  return bias ? add(product, bias) : product;
}

/**
 * {@link linear} with weights in 8 bits by output and all of x in 8 bits under one scale: the fastest for many rows (three
 * times fp32 at 256), but a row of the result depends on all rows of x.
 * Source: the operator `DynamicQuantizeMatMul` of com.microsoft.
 */
export function linearInt8(x: Value, weight: Value, bias?: Value): Value {
  const scales = scalesOf(weight, 1);
  const codes = cast(floor(add(div(weight, scales), 0.5)), 'int8');
  return node(
    'DynamicQuantizeMatMul',
    [x, transpose(codes, [1, 0]), reshape(scales, [weight.shape[0]!]), undefined, bias],
    {},
    () => ({ dtype: x.dtype, shape: [x.shape[0]!, weight.shape[0]!] }),
    'com.microsoft',
  );
}

/** The value of one step of the 8-bit numbers, by the largest weight along an axis. */
function scalesOf(weight: Value, axis: number): Value {
  return max(div(reduceMax(abs(weight), { axes: [axis] }), LARGEST), constant(TINY));
}
