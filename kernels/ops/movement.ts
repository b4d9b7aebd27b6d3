/** Operators that move elements without changing them: casts, reshapes, slices, concatenation. */

import { type Dim, dimAdd, dimDivide, dimEqual, dimMul, dimSub } from '../dim.ts';
import { DTYPES, type DType } from '../dtype.ts';
import { node, nodes } from '../node.ts';
import { broadcast, formatShape, type Shape, shapeEqual, sizeOf } from '../shape.ts';
import { constant } from '../source.ts';
import type { Value } from '../value.ts';
import { checkedAxis } from './reduce.ts';
import { sizesValue } from './sizes.ts';

/** The same numbers in another dtype. */
export function cast(x: Value, dtype: DType): Value {
  if (x.dtype === dtype) return x;
  return node('Cast', [x], { to: { int: DTYPES[dtype].onnx } }, () => ({ dtype, shape: x.shape }));
}

/**
 * The same elements in another shape; one dimension may be -1 and is worked out.
 * A symbolic dimension is copied from the same axis, worked out, or else computed in the graph.
 */
export function reshape(x: Value, target: Shape): Value {
  const open = target.flatMap((dim, i) => (dim === -1 ? [i] : []));
  const known = dimMul(...target.filter((dim) => dim !== -1));
  const rest = dimDivide(sizeOf(x.shape), known);
  const shape = target.map((dim) => (dim === -1 ? (rest ?? -1) : dim));
  return node('Reshape', [x, reshapeTarget(x, target)], {}, (refuse) => {
    if (open.length > 1) refuse(`Expected at most one -1, got ${formatShape(target)}`);
    if (open.length === 1 ? rest === undefined : !dimEqual(sizeOf(x.shape), known)) {
      refuse(`Expected ${sizeOf(x.shape)} elements, got ${formatShape(target)}`);
    }
    return { dtype: x.dtype, shape };
  });
}

/** The target as ONNX takes it: 0 copies the axis, a single -1 is worked out, the rest are sizes computed in the graph. */
function reshapeTarget(x: Value, target: Shape): Value {
  const copied = target.map((dim, i) =>
    typeof dim === 'string' && i < x.rank && dimEqual(dim, x.shape[i]!) ? 0 : dim,
  );
  const symbolic = copied.filter((dim) => typeof dim === 'string').length;
  const sizes =
    symbolic === 1 && !copied.includes(-1)
      ? copied.map((dim) => (typeof dim === 'string' ? -1 : dim))
      : copied;
  return sizesValue(sizes, x);
}

/** The axes in another order. */
export function transpose(x: Value, order: readonly number[]): Value {
  return node('Transpose', [x], { perm: { ints: order } }, (refuse) => {
    if ([...order].sort((a, b) => a - b).join() !== [...x.shape.keys()].join()) {
      refuse(`Expected an order of ${x.rank} axes, got [${order.join(', ')}]`);
    }
    return { dtype: x.dtype, shape: order.map((axis) => x.shape[axis]!) };
  });
}

/** Without the given axes, which have size 1. */
export function squeeze(x: Value, axes: readonly number[]): Value {
  return node('Squeeze', [x, constant(axes, { dtype: 'int64' })], {}, (refuse) => {
    const dropped = axes.map((axis) => checkedAxis(axis, x, refuse));
    if (dropped.some((axis) => x.shape[axis] !== 1))
      refuse(`Expected axes of size 1, got [${axes.join(', ')}] of ${x}`);
    return { dtype: x.dtype, shape: x.shape.filter((_, i) => !dropped.includes(i)) };
  });
}

/** With new axes of size 1 at the given places of the result. */
export function unsqueeze(x: Value, axes: readonly number[]): Value {
  return node('Unsqueeze', [x, constant(axes, { dtype: 'int64' })], {}, (refuse) => {
    const rank = x.rank + axes.length;
    const added = axes.map((axis) => (axis < 0 ? axis + rank : axis));
    if (new Set(added).size < axes.length || added.some((axis) => axis < 0 || axis >= rank)) {
      refuse(`Expected distinct axes of a result of rank ${rank}, got [${axes.join(', ')}]`);
    }
    const rest = [...x.shape];
    return {
      dtype: x.dtype,
      shape: Array.from({ length: rank }, (_, i) => (added.includes(i) ? 1 : rest.shift()!)),
    };
  });
}

/** Values joined along an axis; all other axes agree. */
export function concat(values: readonly Value[], axis: number): Value {
  const [first] = values;
  if (!first) throw new TypeError('Expected at least one value to concatenate, got none');
  if (values.length === 1) return first;
  return node('Concat', values, { axis: { int: axis } }, (refuse) => {
    const at = checkedAxis(axis, first, refuse);
    const others = (shape: Shape) => shape.filter((_, i) => i !== at);
    for (const value of values) {
      if (
        value.dtype !== first.dtype ||
        !shapeEqual(others(value.shape), others(first.shape)) ||
        value.rank !== first.rank
      ) {
        refuse(`Expected values that agree but for axis ${at}, got ${first} and ${value}`);
      }
    }
    const size = dimAdd(...values.map((value) => value.shape[at]!));
    return { dtype: first.dtype, shape: first.shape.map((dim, i) => (i === at ? size : dim)) };
  });
}

/** Pieces of the given sizes along an axis. */
export function split(x: Value, sizes: readonly Dim[], axis: number): Value[] {
  return nodes('Split', [x, sizesValue(sizes, x)], { axis: { int: axis } }, (refuse) => {
    const at = checkedAxis(axis, x, refuse);
    if (!dimEqual(dimAdd(...sizes), x.shape[at]!)) {
      refuse(`Expected sizes that add up to ${x.shape[at]}, got [${sizes.join(', ')}]`);
    }
    return sizes.map((size) => ({ dtype: x.dtype, shape: x.shape.map((dim, i) => (i === at ? size : dim)) }));
  });
}

/** The elements from start up to, not including, end along an axis; negative bounds count from the end. */
export function slice(x: Value, axis: number, start: Dim, end: Dim): Value {
  const bounds = [start, end].map((bound) => sizesValue([bound], x));
  return node('Slice', [x, ...bounds, constant([axis], { dtype: 'int64' })], {}, (refuse) => {
    const at = checkedAxis(axis, x, refuse);
    const size = x.shape[at]!;
    const [from, to] = [start, end].map((bound) =>
      typeof bound === 'number' && bound < 0 ? dimAdd(size, bound) : bound,
    ) as [Dim, Dim];
    const length = dimSub(to, from);
    const beyond = [from, length, dimSub(size, to)].some((part) => typeof part === 'number' && part < 0);
    if (beyond) refuse(`Expected bounds within 0 and ${size}, got ${start} and ${end}`);
    return { dtype: x.dtype, shape: x.shape.map((dim, i) => (i === at ? length : dim)) };
  });
}

/** Repeated along axes of size 1, up to the given shape. */
export function expand(x: Value, target: Shape, from: Value = x): Value {
  return node('Expand', [x, sizesValue(target, from)], {}, (refuse) => {
    const shape = broadcast(x.shape, target);
    if (!shape || !shapeEqual(shape, target)) refuse(`Expected ${x} to broadcast to ${formatShape(target)}`);
    return { dtype: x.dtype, shape: target };
  });
}

/** With a constant added around: `before[i]` elements ahead of axis i, `after[i]` behind it. */
export function pad(x: Value, before: readonly number[], after: readonly number[], value = 0): Value {
  const amounts = constant([...before, ...after], { dtype: 'int64' });
  return node('Pad', [x, amounts, constant(value, { dtype: x.dtype })], {}, (refuse) => {
    if (before.length !== x.rank || after.length !== x.rank)
      refuse(`Expected an amount for each axis of ${x}`);
    return { dtype: x.dtype, shape: x.shape.map((dim, i) => dimAdd(dim, before[i]! + after[i]!)) };
  });
}
