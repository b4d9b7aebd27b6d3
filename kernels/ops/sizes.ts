/**
 * Sizes as values: how a symbolic dimension is computed inside the graph. Each name of the dimension is read off an
 * argument that has it as an axis, always the same one, so that the runtime computes a size once for the whole graph;
 * where there is none, off the value itself.
 */
import { type Dim, dimEqual, dimNames, dimTerms } from '../dim.ts';
import { ShapeError } from '../errors.ts';
import { node } from '../node.ts';
import { constant } from '../source.ts';
import type { Value } from '../value.ts';
import { add, div, mul } from './arithmetic.ts';

/** The shape of a value, as an int64 value. */
export function shape(x: Value): Value {
  return node('Shape', [x], {}, () => ({ dtype: 'int64', shape: [x.rank] }));
}

/** One dimension as an int64 scalar; `from` is where its names are read off. */
export function sizeValue(dim: Dim, from?: Value): Value {
  if (typeof dim === 'number') return constant(dim, { dtype: 'int64' });
  const axis = from?.shape.findIndex((size) => dimEqual(size, dim)) ?? -1;
  const isKnown = dimNames(dim).every((name) => axisOf(name, from));
  if (from && axis >= 0 && !isKnown) return sizeAt(from, axis);
  return dimTerms(dim)
    .map(({ coefficient, names }) =>
      names.map((name) => nameValue(name, dim, from)).reduce<Value>(mul, sizeValue(coefficient)),
    )
    .reduce(add);
}

/** Dimensions as one int64 value of their sizes. */
export function sizesValue(dims: readonly Dim[], from: Value): Value {
  if (dims.every((dim) => typeof dim === 'number')) return constant(dims as number[], { dtype: 'int64' });
  const sizes = dims.map((dim) => asList(sizeValue(dim, from)));
  if (sizes.length === 1) return sizes[0]!;
  return node('Concat', sizes, { axis: { int: 0 } }, () => ({ dtype: 'int64', shape: [sizes.length] }));
}

// The general operators of movement.ts and indexing.ts take sizes from here, so the few that sizes need are made here.

/** One axis of the shape of a value, as an int64 scalar. */
function sizeAt(x: Value, axis: number): Value {
  const index = constant(axis, { dtype: 'int64' });
  return node('Gather', [shape(x), index], { axis: { int: 0 } }, () => ({ dtype: 'int64', shape: [] }));
}

/** An int64 scalar as a list of one. */
function asList(size: Value): Value {
  const target = constant([1], { dtype: 'int64' });
  return node('Reshape', [size, target], {}, () => ({ dtype: 'int64', shape: [1] }));
}

function nameValue(name: string, dim: Dim, from: Value | undefined): Value {
  const found = axisOf(name, from);
  if (found) return sizeAt(found.argument, found.axis);
  const quotient = /^floor\((.+),(\d+)\)$/.exec(name);
  if (quotient) return div(sizeValue(quotient[1]!, from), Number(quotient[2]));
  throw new ShapeError(
    `Expected '${name}' of dimension '${dim}' to be an axis of ${from ?? 'a value'} or of an argument it depends on`,
  );
}

/** The axis of a name, on the first by name of the arguments that a value depends on. */
function axisOf(name: string, from: Value | undefined): { argument: Value; axis: number } | undefined {
  const found = argumentsOf(from)
    .map((argument) => ({ argument, axis: argument.shape.indexOf(name) }))
    .filter(({ axis }) => axis >= 0);
  return found.sort((a, b) => (nameOf(a.argument) < nameOf(b.argument) ? -1 : 1))[0];
}

/** Every argument that a value depends on. */
function argumentsOf(value: Value | undefined): Value[] {
  const found: Value[] = [];
  const seen = new Set<unknown>();
  const stack = value ? [value] : [];
  while (stack.length > 0) {
    const next = stack.pop()!;
    if (seen.has(next.source)) continue;
    seen.add(next.source);
    if (next.source.kind === 'argument') found.push(next);
    if (next.source.kind === 'node') for (const input of next.source.inputs) if (input) stack.push(input);
  }
  return found;
}

const nameOf = ({ source }: Value): string => (source.kind === 'argument' ? source.name : '');
