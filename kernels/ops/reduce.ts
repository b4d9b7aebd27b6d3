/** Reductions along axes, and running sums. */
import { type DType, isFloat } from '../dtype.ts';
import { node, type Refuse } from '../node.ts';
import { axisOf, type Shape } from '../shape.ts';
import { constant } from '../source.ts';
import type { Value } from '../value.ts';

/** Along which axes; all of them by default. Reduced axes stay with size 1 unless `keepDims` is false. */
export interface ReduceOptions {
  axes?: readonly number[];
  keepDims?: boolean;
}

/** The mean along axes. */
export const reduceMean = reduction('ReduceMean', 'float');
/** The sum along axes. */
export const reduceSum = reduction('ReduceSum');
/** The largest along axes. */
export const reduceMax = reduction('ReduceMax');
/** The smallest along axes. */
export const reduceMin = reduction('ReduceMin');

/** The index of the first largest element along an axis, as int64. */
export const argMax = indexReduction('ArgMax');
/** The index of the first smallest element along an axis, as int64. */
export const argMin = indexReduction('ArgMin');

/** Sums of all elements up to each one along an axis. */
export function cumSum(x: Value, axis: number): Value {
  return node('CumSum', [x, constant(axis, { dtype: 'int64' })], {}, (refuse) => {
    checkedAxis(axis, x, refuse);
    return x;
  });
}

/** The axis counted from the front; refuses one that does not exist. */
export function checkedAxis(axis: number, x: Value, refuse: Refuse): number {
  return axisOf(axis, x.rank) ?? refuse(`Expected an axis of ${x}, got ${axis}`);
}

function reduction(operator: string, dtypes: 'float' | 'any' = 'any') {
  return (x: Value, { axes, keepDims = true }: ReduceOptions = {}): Value => {
    const inputs = axes ? [x, constant(axes, { dtype: 'int64' })] : [x];
    return node(operator, inputs, { keepdims: { int: Number(keepDims) } }, (refuse) => {
      if (dtypes === 'float' && !isFloat(x.dtype)) refuse(`Expected a float dtype, got ${x.dtype}`);
      const reduced = (axes ?? [...x.shape.keys()]).map((axis) => checkedAxis(axis, x, refuse));
      return { dtype: x.dtype, shape: without(x.shape, reduced, keepDims) };
    });
  };
}

function indexReduction(operator: string) {
  return (x: Value, { axis = -1, keepDims = true }: { axis?: number; keepDims?: boolean } = {}): Value =>
    node(operator, [x], { axis: { int: axis }, keepdims: { int: Number(keepDims) } }, (refuse) => {
      const dtype: DType = 'int64';
      return { dtype, shape: without(x.shape, [checkedAxis(axis, x, refuse)], keepDims) };
    });
}

function without(shape: Shape, axes: number[], keepDims: boolean): Shape {
  return keepDims
    ? shape.map((dim, i) => (axes.includes(i) ? 1 : dim))
    : shape.filter((_, i) => !axes.includes(i));
}
