/** Random shapes and numbers for property tests. */
import fc from 'fast-check';
import { type Tensor, tensor } from '../../kernels/index.ts';
import { type NumberArray, sizeOf } from './reference.ts';

/** Shapes of small sizes. */
export const shapes = (minRank: number, maxRank: number, maxSize = 4): fc.Arbitrary<number[]> =>
  fc.array(fc.integer({ min: 1, max: maxSize }), { minLength: minRank, maxLength: maxRank });

/** Numbers between -3 and 3 for a shape: enough for every formula, far from overflow. */
export const arraysOf = (shape: readonly number[]): fc.Arbitrary<NumberArray> =>
  fc
    .array(fc.integer({ min: -3000, max: 3000 }), { minLength: sizeOf(shape), maxLength: sizeOf(shape) })
    .map((thousandths) => ({
      shape: [...shape],
      data: thousandths.map((value) => Math.fround(value / 1000)),
    }));

/** A result shape and two shapes that broadcast to it. */
export const broadcastShapes: fc.Arbitrary<{ shape: number[]; a: number[]; b: number[] }> = shapes(
  0,
  4,
).chain((shape) =>
  fc
    .record({
      ones: fc.array(fc.constantFrom('both', 'a', 'b'), { minLength: shape.length, maxLength: shape.length }),
      cutA: fc.boolean(),
      cut: fc.nat({ max: shape.length }),
    })
    .map(({ ones, cutA, cut }) => {
      const side = (name: 'a' | 'b') =>
        shape.map((size, i) => (ones[i] === 'both' || ones[i] === name ? size : 1));
      const [a, b] = [side('a'), side('b')];
      const result = shape.map((_, i) => Math.max(a[i]!, b[i]!));
      return cutA && a.slice(0, cut).every((size) => size === 1)
        ? { shape: result, a: a.slice(cut), b }
        : { shape: result, a, b };
    }),
);

export const toTensor = ({ shape, data }: NumberArray): Tensor => tensor('float32', shape, data);

/** Each case compiles a graph: a few dozen are enough and quick. */
export const runs = { numRuns: 25 } as const;
