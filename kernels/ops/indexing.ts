/** Operators that choose or place by index: gather, scatter, top-k, range. */
import { type Dim, dimSub } from '../dim.ts';
import { node, nodes } from '../node.ts';
import { formatShape, shapeEqual } from '../shape.ts';
import { constant } from '../source.ts';
import type { Value } from '../value.ts';
import { checkedAxis } from './reduce.ts';
import { sizeValue } from './sizes.ts';

/** Slices of a table by index along an axis. Shapes: table [a, v, b], indices [...] at axis 1 → [a, ..., b]. */
export function gather(table: Value, indices: Value | number, axis = 0): Value {
  const index = typeof indices === 'number' ? constant(indices, { dtype: 'int64' }) : indices;
  return node('Gather', [table, index], { axis: { int: axis } }, (refuse) => {
    if (index.dtype !== 'int64' && index.dtype !== 'int32')
      refuse(`Expected int indices, got ${index.dtype}`);
    const at = checkedAxis(axis, table, refuse);
    const shape = [...table.shape.slice(0, at), ...index.shape, ...table.shape.slice(at + 1)];
    return { dtype: table.dtype, shape };
  });
}

/**
 * A copy of a table with slices replaced; no place may be named twice.
 * Shapes: table [a, b, rest...], places [..., 2] (int64, one index for each of the first axes), updates [..., rest...] → as table.
 */
export function scatterNd(table: Value, places: Value, updates: Value): Value {
  return node('ScatterND', [table, places, updates], {}, (refuse) => {
    if (places.dtype !== 'int64') refuse(`Expected int64 places, got ${places.dtype}`);
    if (updates.dtype !== table.dtype)
      refuse(`Expected updates of dtype ${table.dtype}, got ${updates.dtype}`);
    const depth = places.shape.at(-1);
    if (typeof depth !== 'number' || depth > table.rank)
      return refuse(`Expected at most ${table.rank} indices a place, got ${depth}`);
    const expected = [...places.shape.slice(0, -1), ...table.shape.slice(depth)];
    if (!shapeEqual(updates.shape, expected))
      refuse(`Expected updates of ${formatShape(expected)}, got ${formatShape(updates.shape)}`);
    return { dtype: table.dtype, shape: table.shape };
  });
}

/** The k largest elements along an axis and their indices (int64), largest first. */
export function topK(x: Value, k: number, axis = -1): { values: Value; indices: Value } {
  const attributes = { axis: { int: axis }, largest: { int: 1 }, sorted: { int: 1 } };
  const [values, indices] = nodes('TopK', [x, constant([k], { dtype: 'int64' })], attributes, (refuse) => {
    const at = checkedAxis(axis, x, refuse);
    const size = x.shape[at]!;
    if (!Number.isInteger(k) || k < 1 || (typeof size === 'number' && k > size)) {
      refuse(`Expected k between 1 and ${size}, got ${k}`);
    }
    const shape = x.shape.map((dim, i) => (i === at ? k : dim));
    return [
      { dtype: x.dtype, shape },
      { dtype: 'int64', shape },
    ];
  });
  return { values: values!, indices: indices! };
}

/**
 * The int64 numbers from start up to, not including, end.
 * A symbolic bound needs `from`: a value that it can be read off at run time.
 */
export function range(start: Dim, end: Dim, from?: Value): Value {
  const bounds = [sizeValue(start, from), sizeValue(end, from), constant(1, { dtype: 'int64' })];
  return node('Range', bounds, {}, () => {
    const size = dimSub(end, start);
    return { dtype: 'int64', shape: [typeof size === 'number' ? Math.max(0, size) : size] };
  });
}
