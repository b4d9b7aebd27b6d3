/** Operators that move elements against plain loops: over random shapes, by example, and with symbolic dimensions. */
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { argument, constant, op, tensor, type Value } from '../../kernels/index.ts';
import { arraysOf, runs, shapes, toTensor } from './arbitraries.ts';
import { argumentLike, evaluate, numbersOf } from './evaluate.ts';
import { array, at, elementwise } from './reference.ts';

const iota = (...shape: number[]) =>
  array(shape, (index) => index.reduce((sum, i, axis) => sum * shape[axis]! + i, 0));

async function expectArray(y: Value, want: { shape: number[]; data: number[] }, inputs = {}) {
  expect(y.shape).toEqual(want.shape);
  expect(await numbersOf(y, inputs)).toEqual(want.data);
}

describe('with random shapes', () => {
  test('transpose', async () => {
    const cases = shapes(1, 4).chain((shape) =>
      fc.tuple(arraysOf(shape), fc.shuffledSubarray([...shape.keys()], { minLength: shape.length })),
    );
    const property = fc.asyncProperty(cases, async ([x, order]) => {
      const want = array(
        order.map((axis) => x.shape[axis]!),
        (index) =>
          at(
            x,
            order.map((_, axis) => index[order.indexOf(axis)]!),
          ),
      );
      const input = toTensor(x);
      await expectArray(op.transpose(argumentLike('x', input), order), want, { x: input });
    });
    await fc.assert(property, runs);
  });

  test('concat, and split takes it apart again', async () => {
    const cases = fc
      .tuple(shapes(1, 3), fc.array(fc.integer({ min: 0, max: 3 }), { minLength: 1, maxLength: 4 }))
      .chain(([shape, sizes]) =>
        fc.tuple(fc.constant(shape), fc.constant(sizes), fc.nat({ max: shape.length - 1 })),
      );
    const property = fc.asyncProperty(cases, async ([shape, sizes, axis]) => {
      const part = (size: number, i: number) =>
        array(
          shape.map((dim, j) => (j === axis ? size : dim)),
          (index) => i * 1000 + index.reduce((sum, at) => sum * 7 + at, 0),
        );
      const parts = sizes.map(part);
      const inputs = Object.fromEntries(parts.map((value, i) => [`x${i}`, toTensor(value)]));
      const joined = op.concat(
        parts.map((_, i) => argumentLike(`x${i}`, inputs[`x${i}`]!)),
        axis,
      );
      const pieces = op.split(joined, sizes, axis);
      const outputs = Object.fromEntries(pieces.map((piece, i) => [`y${i}`, piece]));
      const results = await evaluate(outputs, inputs);
      parts.forEach(({ shape, data }, i) => {
        expect(results[`y${i}`]).toMatchObject({ shape, data: Float32Array.from(data) });
      });
    });
    await fc.assert(property, runs);
  });

  test('slice', async () => {
    const cases = shapes(1, 3).chain((shape) =>
      fc.nat({ max: shape.length - 1 }).chain((axis) =>
        fc.tuple(
          arraysOf(shape),
          fc.constant(axis),
          fc.nat({ max: shape[axis]! }).chain((end) => fc.tuple(fc.nat({ max: end }), fc.constant(end))),
        ),
      ),
    );
    const property = fc.asyncProperty(cases, async ([x, axis, [start, end]]) => {
      const shape = x.shape.map((size, i) => (i === axis ? end - start : size));
      const want = array(shape, (index) =>
        at(
          x,
          index.map((j, i) => (i === axis ? j + start : j)),
        ),
      );
      const input = toTensor(x);
      await expectArray(op.slice(argumentLike('x', input), axis, start, end), want, { x: input });
    });
    await fc.assert(property, runs);
  });

  test('expand', async () => {
    const cases = shapes(1, 3).chain((shape) =>
      fc.tuple(fc.constant(shape), arraysOf(shape.map((size, i) => (i % 2 ? size : 1)))),
    );
    const property = fc.asyncProperty(cases, async ([shape, x]) => {
      const input = toTensor(x);
      const want = elementwise(shape, [x], (value) => value);
      await expectArray(op.expand(argumentLike('x', input), shape), want, { x: input });
    });
    await fc.assert(property, runs);
  });
});

describe('by example', () => {
  const x = iota(2, 3);
  const value = constant(x.data, { shape: x.shape });

  test('squeeze and unsqueeze', async () => {
    const wide = op.unsqueeze(value, [0, -1]);
    expect(wide.shape).toEqual([1, 2, 3, 1]);
    await expectArray(op.squeeze(wide, [0, 3]), x);
  });

  test('slice counts negative bounds from the end', async () => {
    await expectArray(op.slice(value, 1, -2, -1), { shape: [2, 1], data: [1, 4] });
  });

  test('pad', async () => {
    await expectArray(op.pad(value, [0, 1], [1, 0], 9), {
      shape: [3, 4],
      data: [9, 0, 1, 2, 9, 3, 4, 5, 9, 9, 9, 9],
    });
  });

  test('gather by int32, int64 and one number', async () => {
    for (const dtype of ['int32', 'int64'] as const) {
      const ids = tensor(dtype, [2], [2, 0]);
      await expectArray(
        op.gather(value, argumentLike('ids', ids), 1),
        { shape: [2, 2], data: [2, 0, 5, 3] },
        { ids },
      );
    }
    await expectArray(op.gather(value, 1), { shape: [3], data: [3, 4, 5] });
  });

  test('cast', async () => {
    await expectArray(op.cast(constant([1.7, -1.7, 0]), 'int32'), { shape: [3], data: [1, -1, 0] });
    await expectArray(op.cast(constant([2, 0]), 'bool'), { shape: [2], data: [1, 0] });
    expect(op.cast(value, 'float32')).toBe(value);
  });

  test('range', async () => {
    await expectArray(op.range(2, 5), { shape: [3], data: [2, 3, 4] });
    await expectArray(op.range(5, 2), { shape: [0], data: [] });
  });
});

describe('with names', () => {
  const x = argument('x', 'float32', ['n', 6]);
  const input = toTensor(iota(4, 6));

  test.each<[string, Value, (string | number)[], number[]]>([
    ['copied', op.reshape(x, ['n', 2, 3]), ['n', 2, 3], [4, 2, 3]],
    ['worked out', op.reshape(x, [3, '2*n']), [3, '2*n'], [3, 8]],
    ['-1', op.reshape(x, [-1, 3]), ['2*n', 3], [8, 3]],
    ['-1 beside a copied name', op.reshape(x, ['n', -1, 2]), ['n', 3, 2], [4, 3, 2]],
    [
      'computed',
      op.reshape(op.matMul(x, op.transpose(x, [1, 0])), [1, 'n', 1, 'n']),
      [1, 'n', 1, 'n'],
      [1, 4, 1, 4],
    ],
    ['computed from a sum', op.reshape(op.concat([x, x], 0), [1, 6, '2*n']), [1, 6, '2*n'], [1, 6, 8]],
    ['expanded', op.expand(op.unsqueeze(x, [0]), [3, 'n', 6]), [3, 'n', 6], [3, 4, 6]],
    ['sliced', op.slice(x, 0, 1, 'n'), ['n-1', 6], [3, 6]],
    ['split', op.split(op.concat([x, op.slice(x, 0, 0, 2)], 0), ['n', 2], 0)[0]!, ['n', 6], [4, 6]],
    ['range', op.range(0, 'n', x), ['n'], [4]],
    ['range over a product', op.range(0, '3*n', x), ['3*n'], [12]],
    ['halved', op.range(0, 'floor(n+1,2)', x), ['floor(n+1,2)'], [2]],
  ])('%s', async (_, y, symbolic, sizes) => {
    expect(y.shape).toEqual(symbolic);
    const result = (await evaluate({ y }, { x: input })).y!;
    expect(result.shape).toEqual(sizes);
  });

  test('no rows at all', async () => {
    const y = op.softmax(
      op.matMul(op.reshape(x, ['n', 6]), constant(new Float32Array(12), { shape: [6, 2] })),
    );
    expect((await evaluate({ y }, { x: tensor('float32', [0, 6]) })).y).toMatchObject({ shape: [0, 2] });
    const joined = op.concat([x, constant(new Float32Array(6).fill(1), { shape: [1, 6] })], 0);
    expect(await numbersOf(joined, { x: tensor('float32', [0, 6]) })).toEqual([1, 1, 1, 1, 1, 1]);
  });
});
