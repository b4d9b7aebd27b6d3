/** References side by side: shared while in use, their memory used again afterwards. */
import { expect, test } from 'vitest';
import { ReferenceSets } from '../../engine/cache/reference-sets.ts';
import type { ReferenceKeysValues } from '../../engine/model/model-runner.ts';
import { tensor } from '../../kernels/index.ts';

const HEADS = 2;

/** Rows of one number each, `of` times a hundred, counted on. */
function reference(of: number, rows: number): ReferenceKeysValues {
  const data = Float32Array.from({ length: HEADS * rows }, (_, i) => of * 100 + i);
  return { 'reference.k.0': tensor('float32', [HEADS, rows, 1], data) };
}

const rowsOf = (set: ReferenceKeysValues): number[] => [...(set['reference.k.0']!.data as Float32Array)];

test('heads stay apart, references follow one another', () => {
  const { value } = new ReferenceSets().lease([reference(1, 2), reference(2, 1)]);
  expect(value['reference.k.0']!.shape).toEqual([HEADS, 3, 1]);
  expect(rowsOf(value)).toEqual([100, 101, 200, 102, 103, 201]);
});

test('one reference is not copied', () => {
  const alone = reference(1, 2);
  expect(new ReferenceSets().lease([alone]).value).toBe(alone);
});

test('a set in use is shared, another one of its size gets memory of its own', () => {
  const sets = new ReferenceSets();
  const [a, b] = [reference(1, 2), reference(2, 2)];
  const first = sets.lease([a, b]);
  expect(sets.lease([a, b]).value).toBe(first.value);
  const before = rowsOf(first.value);
  expect(rowsOf(sets.lease([b, a]).value)).not.toEqual(before);
  expect(rowsOf(first.value)).toEqual(before);
});

test('memory is used again by a set of the same size, and not before the last release', () => {
  const sets = new ReferenceSets();
  const [a, b, c] = [reference(1, 2), reference(2, 2), reference(3, 3)];
  const memoryOf = (set: ReferenceKeysValues) => set['reference.k.0']!.data;
  const [one, two] = [sets.lease([a, b]), sets.lease([a, b])];
  one.release();
  one.release();
  const meanwhile = sets.lease([b, a]);
  expect(memoryOf(meanwhile.value)).not.toBe(memoryOf(two.value));
  two.release();
  const after = sets.lease([b, b]);
  expect(memoryOf(after.value)).toBe(memoryOf(two.value));
  expect(rowsOf(after.value)).toEqual([200, 201, 200, 201, 202, 203, 202, 203]);
  after.release();
  const larger = sets.lease([a, c]);
  expect(memoryOf(larger.value)).not.toBe(memoryOf(after.value));
  expect(rowsOf(larger.value)).toEqual([100, 101, 300, 301, 302, 102, 103, 303, 304, 305]);
});
