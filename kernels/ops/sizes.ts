/**
 * Sizes as values: how a symbolic dimension is computed inside the graph. Each name of the dimension is read off a
 * value that has it as an axis: the value itself or an argument that it depends on.
 */
import { type Dim, dimEqual, dimTerms } from '../dim.ts';
import { ShapeError } from '../errors.ts';
import { node } from '../node.ts';
import { constant } from '../source.ts';
import type { Value } from '../value.ts';
import { add, div, mul } from './arithmetic.ts';
import { gather } from './indexing.ts';
import { concat, reshape } from './movement.ts';

/** The shape of a value, as an int64 value. */
export function shape(x: Value): Value {
  return node('Shape', [x], {}, () => ({ dtype: 'int64', shape: [x.rank] }));
}

/** One dimension as an int64 scalar; `from` is where its names are read off. */
export function sizeValue(dim: Dim, from?: Value): Value {
  if (typeof dim === 'number') return constant(dim, { dtype: 'int64' });
  const axis = from?.shape.findIndex((size) => dimEqual(size, dim)) ?? -1;
  if (from && axis >= 0) return gather(shape(from), axis);
  return dimTerms(dim)
    .map(({ coefficient, names }) =>
      names.map((name) => nameValue(name, dim, from)).reduce<Value>(mul, sizeValue(coefficient)),
    )
    .reduce(add);
}

/** Dimensions as one int64 value of their sizes. */
export function sizesValue(dims: readonly Dim[], from: Value): Value {
  if (dims.every((dim) => typeof dim === 'number')) return constant(dims as number[], { dtype: 'int64' });
  return concat(
    dims.map((dim) => reshape(sizeValue(dim, from), [1])),
    0,
  );
}

function nameValue(name: string, dim: Dim, from: Value | undefined): Value {
  const quotient = /^floor\((.+),(\d+)\)$/.exec(name);
  for (const value of from ? withArguments(from) : []) {
    const axis = value.shape.indexOf(name);
    if (axis >= 0) return gather(shape(value), axis);
  }
  if (quotient) return div(sizeValue(quotient[1]!, from), Number(quotient[2]));
  throw new ShapeError(
    `Expected '${name}' of dimension '${dim}' to be an axis of ${from ?? 'a value'} or of an argument it depends on`,
  );
}

/** The value, then every argument that it depends on. */
function* withArguments(value: Value): Generator<Value> {
  yield value;
  const seen = new Set<unknown>();
  const stack = [value];
  while (stack.length > 0) {
    const next = stack.pop()!;
    if (next.source.kind === 'argument') yield next;
    if (next.source.kind !== 'node' || seen.has(next.source)) continue;
    seen.add(next.source);
    for (const input of next.source.inputs) if (input) stack.push(input);
  }
}
