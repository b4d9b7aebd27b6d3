/**
 * Shapes: lists of dimensions, how they broadcast, how they are written in messages.
 * Legend of the letters used in comments all over kernels/: n rows (positions of one sequence), m keys, d head
 * dimension, h heads, g heads of keys and values, c channels, H W height and width, i o features in and out, v vocabulary.
 */
import { type Dim, dimEqual, dimEvaluate, dimMul } from './dim.ts';

/** The dimensions of a tensor, outermost first; an empty shape is a scalar. */
export type Shape = readonly Dim[];

/** The number of elements. */
export const sizeOf = (shape: Shape): Dim => dimMul(...shape);

/** The number of elements of a shape without names. */
export const elementCount = (shape: readonly number[]): number => shape.reduce((a, b) => a * b, 1);

/** Whether two shapes are equal for every value of their names. */
export const shapeEqual = (a: Shape, b: Shape): boolean =>
  a.length === b.length && a.every((dim, i) => dimEqual(dim, b[i]!));

/** The shape as messages show it: `[4, past+seq, 64]`. */
export const formatShape = (shape: Shape): string => `[${shape.join(', ')}]`;

/**
 * The shape two operands broadcast to by numpy's rule, or undefined where they do not.
 * A name broadcasts only with itself and with 1: what cannot be proven is refused.
 */
export function broadcast(a: Shape, b: Shape): Shape | undefined {
  const rank = Math.max(a.length, b.length);
  const result: Dim[] = [];
  for (let i = 0; i < rank; i++) {
    const p = a[i - rank + a.length] ?? 1;
    const q = b[i - rank + b.length] ?? 1;
    if (p !== 1 && q !== 1 && !dimEqual(p, q)) return undefined;
    result.push(p === 1 ? q : p);
  }
  return result;
}

/** The axis counted from the front, or undefined where the rank has no such axis. */
export function axisOf(axis: number, rank: number): number | undefined {
  const index = axis < 0 ? axis + rank : axis;
  return Number.isInteger(axis) && index >= 0 && index < rank ? index : undefined;
}

/** The shape under the given sizes of names, or undefined where one of them is missing. */
export function evaluateShape(shape: Shape, sizes: ReadonlyMap<string, number>): number[] | undefined {
  const result = shape.map((dim) => dimEvaluate(dim, sizes));
  return result.includes(undefined) ? undefined : (result as number[]);
}
