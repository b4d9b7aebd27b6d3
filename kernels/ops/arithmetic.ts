/**
 * Elementwise arithmetic with numpy's broadcasting. A plain number may stand for either operand; it takes the other
 * operand's dtype. Formulas: https://onnx.ai/onnx/operators
 */
import { isFloat } from '../dtype.ts';
import { node, type Refuse } from '../node.ts';
import { broadcast, type Shape } from '../shape.ts';
import { constant } from '../source.ts';
import { Value } from '../value.ts';

/** A value, or a number that is the same everywhere. */
export type Operand = Value | number;

/** a + b. */
export const add = binary('Add');
/** a - b. */
export const sub = binary('Sub');
/** a · b. */
export const mul = binary('Mul');
/** a / b; integers are divided towards zero. */
export const div = binary('Div');
/** a to the power b. */
export const pow = binary('Pow');
/** The smaller of a and b. */
export const min = binary('Min');
/** The larger of a and b. */
export const max = binary('Max');

/** -x. */
export const neg = unary('Neg', 'any');
/** |x|. */
export const abs = unary('Abs', 'any');
/** The square root. */
export const sqrt = unary('Sqrt');
/** 1 / x. */
export const reciprocal = unary('Reciprocal');
/** e to the power x. */
export const exp = unary('Exp');
/** The natural logarithm. */
export const log = unary('Log');
/** The error function. */
export const erf = unary('Erf');
/** The sine. */
export const sin = unary('Sin');
/** The cosine. */
export const cos = unary('Cos');
/** The largest integer not above x. */
export const floor = unary('Floor');

/** x held between low and high. */
export function clip(x: Value, low: number, high: number): Value {
  const bounds = [constant(low, { dtype: x.dtype }), constant(high, { dtype: x.dtype })];
  return node('Clip', [x, ...bounds], {}, (refuse) => {
    if (low > high) refuse(`Expected low <= high, got ${low} and ${high}`);
    return x;
  });
}

/** Both operands as values of one dtype. */
export function operands(a: Operand, b: Operand): [Value, Value] {
  if (a instanceof Value) return [a, b instanceof Value ? b : constant(b, { dtype: a.dtype })];
  if (b instanceof Value) return [constant(a, { dtype: b.dtype }), b];
  throw new TypeError('Expected at least one operand to be a Value, got two numbers');
}

/** The shape two operands of one dtype broadcast to. */
export function broadcastOf(a: Value, b: Value, refuse: Refuse): Shape {
  if (a.dtype !== b.dtype) refuse(`Expected operands of one dtype, got ${a.dtype} and ${b.dtype}`);
  return broadcast(a.shape, b.shape) ?? refuse(`Expected shapes that broadcast, got ${a} and ${b}`);
}

function binary(operator: string) {
  return (a: Operand, b: Operand): Value => {
    const [left, right] = operands(a, b);
    return node(operator, [left, right], {}, (refuse) => ({
      dtype: left.dtype,
      shape: broadcastOf(left, right, refuse),
    }));
  };
}

/** An operator on one value that keeps its type. */
export function unary(operator: string, dtypes: 'float' | 'any' = 'float') {
  return (x: Value): Value =>
    node(operator, [x], {}, (refuse) => {
      if (dtypes === 'float' && !isFloat(x.dtype)) refuse(`Expected a float dtype, got ${x.dtype}`);
      if (x.dtype === 'bool') refuse('Expected numbers, got bool');
      return x;
    });
}
