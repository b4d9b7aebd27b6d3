/** Activation functions. */
import { node } from '../node.ts';
import type { Value } from '../value.ts';
import { mul, unary } from './arithmetic.ts';

/** The hyperbolic tangent. */
export const tanh = unary('Tanh');
/** 1 / (1 + e^-x). */
export const sigmoid = unary('Sigmoid');
/** max(x, 0). */
export const relu = unary('Relu');

/** x · sigmoid(x). */
export const silu = (x: Value): Value => mul(x, sigmoid(x));

/** x · Φ(x), exactly by the error function, or by the tanh approximation of the same. */
export function gelu(x: Value, { approximate = 'none' }: { approximate?: 'none' | 'tanh' } = {}): Value {
  return node('Gelu', [x], { approximate: { string: approximate } }, (refuse) => {
    if (x.dtype !== 'float32' && x.dtype !== 'float16') refuse(`Expected a float dtype, got ${x.dtype}`);
    return x;
  });
}
