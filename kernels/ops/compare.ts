/** Comparisons and logic: they give bool values, broadcast as arithmetic does, and `where` chooses by them. */
import { node } from '../node.ts';
import { broadcast } from '../shape.ts';
import type { Value } from '../value.ts';
import { broadcastOf, type Operand, operands } from './arithmetic.ts';

/** a = b. */
export const equal = comparison('Equal');
/** a > b. */
export const greater = comparison('Greater');
/** a >= b. */
export const greaterOrEqual = comparison('GreaterOrEqual');
/** a < b. */
export const less = comparison('Less');
/** a <= b. */
export const lessOrEqual = comparison('LessOrEqual');
/** Both. */
export const and = logic('And');
/** Either or both. */
export const or = logic('Or');

/** The opposite. */
export function not(x: Value): Value {
  return node('Not', [x], {}, (refuse) => {
    if (x.dtype !== 'bool') refuse(`Expected bool, got ${x.dtype}`);
    return x;
  });
}

/** `a` where the condition holds, `b` elsewhere; the three broadcast together. */
export function where(condition: Value, a: Operand, b: Operand): Value {
  const [left, right] = operands(a, b);
  return node('Where', [condition, left, right], {}, (refuse) => {
    if (condition.dtype !== 'bool') refuse(`Expected a bool condition, got ${condition.dtype}`);
    const chosen = broadcastOf(left, right, refuse);
    const shape = broadcast(condition.shape, chosen);
    return {
      dtype: left.dtype,
      shape: shape ?? refuse('Expected the condition to broadcast with the choices'),
    };
  });
}

function comparison(operator: string) {
  return (a: Operand, b: Operand): Value => {
    const [left, right] = operands(a, b);
    return node(operator, [left, right], {}, (refuse) => ({
      dtype: 'bool',
      shape: broadcastOf(left, right, refuse),
    }));
  };
}

function logic(operator: string) {
  return (a: Value, b: Value): Value =>
    node(operator, [a, b], {}, (refuse) => {
      if (a.dtype !== 'bool') refuse(`Expected bool, got ${a.dtype}`);
      return { dtype: 'bool', shape: broadcastOf(a, b, refuse) };
    });
}
