/**
 * Where a graph begins: arguments given at each run, constants stored inside it, weights that stay in their file.
 */
import { bytesOf, DTYPES, type DType, encode, holds, type TypedArray } from './dtype.ts';
import { node } from './node.ts';
import type { TensorRef } from './safetensors.ts';
import { elementCount, formatShape, type Shape } from './shape.ts';
import { Value } from './value.ts';

/** An input of the graph, given by name at each run. */
export function argument(name: string, dtype: DType, shape: Shape): Value {
  if (name === '') throw new TypeError('Expected an argument to have a name, got an empty one');
  return new Value(dtype, shape, { kind: 'argument', name });
}

/**
 * A constant stored inside the graph.
 * Shapes: a number alone is a scalar; a list is one-dimensional unless `shape` says otherwise.
 * Throws: TypeError where the data does not fill the shape.
 */
export function constant(
  data: number | readonly number[] | TypedArray,
  { dtype = 'float32', shape }: { dtype?: DType; shape?: readonly number[] } = {},
): Value {
  const list = typeof data === 'number' ? [data] : data;
  const elements = holds(dtype, list) ? list : encode(dtype, list as ArrayLike<number>);
  const size = shape ?? (typeof data === 'number' ? [] : [elements.length]);
  if (elementCount(size) !== elements.length) {
    throw new TypeError(`Expected data for shape ${formatShape(size)}, got ${elements.length} elements`);
  }
  return new Value(dtype, size, { kind: 'constant', bytes: bytesOf(elements).slice() });
}

/**
 * A stored tensor, read by the runtime from its place in the checkpoint; cast where it is stored in another dtype.
 * The runtime folds that cast once, at compilation, up to a result of 1 GiB (ONNX Runtime's
 * `optimization.constant_folding_max_output_size_in_bytes`); a larger one is cast at each run. Of the published model only
 * the table of tokens is larger, 2.6 GiB in float32, and its rows are cast instead (layers/embedding.ts); the next is 0.42 GiB.
 */
export function weight(ref: TensorRef, { dtype = 'float32' }: { dtype?: DType } = {}): Value {
  const stored = new Value(ref.dtype, ref.shape, { kind: 'weight', ref });
  if (ref.dtype === dtype) return stored;
  return node('Cast', [stored], { to: { int: DTYPES[dtype].onnx } }, () => ({ dtype, shape: ref.shape }));
}
