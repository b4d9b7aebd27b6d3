/** Tensors with data: what goes into a session and comes out of it. */
import { allocate, type DType, encode, holds, type TypedArray } from './dtype.ts';
import { elementCount, formatShape } from './shape.ts';

/** Elements in row-major order with their dtype and shape; bool is held as bytes of 0 and 1. */
export interface Tensor {
  readonly dtype: DType;
  readonly shape: readonly number[];
  readonly data: TypedArray;
}

/** Tensors by name. */
export type Tensors = Record<string, Tensor>;

/**
 * A tensor over data: an array of the dtype's own kind is used as it is, plain numbers are converted, and no data
 * gives zeros.
 * Throws: TypeError where the data does not fill the shape.
 */
export function tensor(
  dtype: DType,
  shape: readonly number[],
  data?: TypedArray | readonly number[],
): Tensor {
  const size = elementCount(shape);
  if (!data) return { dtype, shape, data: allocate(dtype, size) };
  const elements = holds(dtype, data) ? data : encode(dtype, data as ArrayLike<number>);
  if (elements.length !== size) {
    throw new TypeError(
      `Expected ${size} elements for ${dtype}${formatShape(shape)}, got ${elements.length}`,
    );
  }
  return { dtype, shape, data: elements };
}
