/** Matrix products. */

import { type Dim, dimEqual } from '../dim.ts';
import { isFloat } from '../dtype.ts';
import { node } from '../node.ts';
import { broadcast, type Shape } from '../shape.ts';
import type { Value } from '../value.ts';

/** a · b over the last two axes; the axes before them broadcast. Shapes: [..., n, k] · [..., k, m] → [..., n, m]. */
export function matMul(a: Value, b: Value): Value {
  return node('MatMul', [a, b], {}, (refuse) => {
    if (a.dtype !== b.dtype) refuse(`Expected operands of one dtype, got ${a.dtype} and ${b.dtype}`);
    if (a.rank < 2 || b.rank < 2)
      refuse(`Expected operands of at least two axes, got ${a.rank} and ${b.rank}`);
    const [inner, other] = [a.shape.at(-1)!, b.shape.at(-2)!];
    if (!dimEqual(inner, other)) refuse(`Expected equal inner dimensions, got ${inner} and ${other}`);
    const outer = broadcast(a.shape.slice(0, -2), b.shape.slice(0, -2));
    if (!outer) return refuse(`Expected batch axes that broadcast, got ${a} and ${b}`);
    return { dtype: a.dtype, shape: [...outer, a.shape.at(-2)!, b.shape.at(-1)!] };
  });
}

/**
 * alpha · a · b + beta · c on matrices, each of the two transposed on request.
 * Shapes: a [n, k], b [k, m], c any that broadcasts to [n, m] → [n, m].
 */
export function gemm(
  a: Value,
  b: Value,
  c?: Value,
  {
    transA = false,
    transB = false,
    alpha = 1,
    beta = 1,
  }: { transA?: boolean; transB?: boolean; alpha?: number; beta?: number } = {},
): Value {
  const attributes = {
    transA: { int: Number(transA) },
    transB: { int: Number(transB) },
    alpha: { float: alpha },
    beta: { float: beta },
  };
  return node('Gemm', c ? [a, b, c] : [a, b], attributes, (refuse) => {
    if (!isFloat(a.dtype) || a.dtype !== b.dtype || (c && c.dtype !== a.dtype)) {
      refuse('Expected operands of one float dtype');
    }
    if (a.rank !== 2 || b.rank !== 2) refuse('Expected matrices');
    const [n, inner] = oriented(a.shape, transA);
    const [other, m] = oriented(b.shape, transB);
    if (!dimEqual(inner, other)) refuse(`Expected equal inner dimensions, got ${inner} and ${other}`);
    if (c && !isSuffix(c.shape, [n, m])) refuse(`Expected c to broadcast to [${n}, ${m}], got ${c}`);
    return { dtype: a.dtype, shape: [n, m] };
  });
}

function oriented([rows, columns]: Shape, transposed: boolean): [Dim, Dim] {
  return transposed ? [columns!, rows!] : [rows!, columns!];
}

/** Whether a shape broadcasts to a target without enlarging it. */
function isSuffix(shape: Shape, target: Shape): boolean {
  return (
    shape.length <= target.length &&
    shape.every((dim, i) => dim === 1 || dimEqual(dim, target[i - shape.length + target.length]!))
  );
}
