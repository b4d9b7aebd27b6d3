/** The comparison of arrays that other tests rest on: the worst element, broken numbers, and the message. */
import { expect, test } from 'vitest';
import { compare, expectClose } from './close.ts';

test('compare reports the worst element', () => {
  const { cosine, ...figures } = compare([1, 2.5, -4], [1, 2, -4]);
  expect(figures).toEqual({ maxAbs: 0.5, maxRel: 0.25, worstIndex: 1 });
  expect(cosine).toBeCloseTo(22 / Math.sqrt(23.25 * 21), 10);
});

test('compare of equal, empty, unequal and broken arrays', () => {
  expect(compare([0, NaN, Infinity], [0, NaN, Infinity])).toMatchObject({ maxAbs: 0 });
  expect(compare([], [])).toEqual({ maxAbs: 0, maxRel: 0, cosine: 1, worstIndex: -1 });
  expect(compare([1], [1, 2]).maxAbs).toBe(Infinity);
  expect(compare([NaN, 1], [1, 1])).toMatchObject({ maxAbs: Infinity, worstIndex: 0 });
  expect(compare(BigInt64Array.of(1n), [3])).toMatchObject({ maxAbs: 2 });
});

test('expectClose shows the figures', () => {
  expectClose([1.000001], [1]);
  expect(() => expectClose([1, 2], [1, 3])).toThrow('maxAbs 1.00e+0 at 1 (got 2, want 3), maxRel 3.33e-1');
  expect(() => expectClose([NaN], [1])).toThrow('1 elements against 1');
  expect(() => expectClose([1], [1, 2])).toThrow('1 elements against 2');
});
