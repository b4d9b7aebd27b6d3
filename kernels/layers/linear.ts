/**
 * The linear layer as PyTorch stores it: weight [o, i], y = x · weightᵀ + bias.
 * Gemm and MatMul(x, transposed weight) run at the same speed on the CPU once ORT has packed the weight; Gemm needs
 * no transposed copy at load and adds the bias in the same pass.
 */
import { add, gemm, matMul, transpose } from '../ops/index.ts';
import type { Value } from '../value.ts';

/** A linear layer. Shapes: x [n, i], weight [o, i], bias [o] → [n, o]. */
export type Linear = (x: Value, weight: Value, bias?: Value) => Value;

/** x · weightᵀ + bias. Shapes: x [..., i], weight [o, i], bias [o] → [..., o]. */
export function linear(x: Value, weight: Value, bias?: Value): Value {
  if (x.rank === 2) return gemm(x, weight, bias, { transB: true });
  const product = matMul(x, transpose(weight, [1, 0]));
  return bias ? add(product, bias) : product;
}
