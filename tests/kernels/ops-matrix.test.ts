/** Matrix products, reductions, normalisations and convolutions against plain loops, over random shapes. */
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { argument, constant, op, tensor, type Value } from '../../kernels/index.ts';
import { arraysOf, broadcastShapes, runs, shapes, toTensor } from './arbitraries.ts';
import { expectClose } from './close.ts';
import { argumentLike, evaluate, numbersOf } from './evaluate.ts';
import * as reference from './reference.ts';

const size = fc.integer({ min: 1, max: 5 });

describe('matrix products', () => {
  test('matMul', async () => {
    const cases = fc
      .tuple(broadcastShapes, size, size, size)
      .chain(([outer, n, k, m]) =>
        fc.tuple(fc.constant(outer.shape), arraysOf([...outer.a, n, k]), arraysOf([...outer.b, k, m])),
      );
    const property = fc.asyncProperty(cases, async ([outer, a, b]) => {
      const [x, y] = [toTensor(a), toTensor(b)];
      const product = op.matMul(argumentLike('x', x), argumentLike('y', y));
      const want = reference.matMul(a, b, outer);
      expect(product.shape).toEqual(want.shape);
      expectClose(await numbersOf(product, { x, y }), want.data, { atol: 1e-5 });
    });
    await fc.assert(property, runs);
  });

  test('gemm', async () => {
    const cases = fc
      .record({
        n: size,
        k: size,
        m: size,
        transA: fc.boolean(),
        transB: fc.boolean(),
        rank: fc.constantFrom(0, 1, 2),
      })
      .chain(({ n, k, m, transA, transB, rank }) =>
        fc.tuple(
          fc.constant({ n, m, transA, transB }),
          arraysOf(transA ? [k, n] : [n, k]),
          arraysOf(transB ? [m, k] : [k, m]),
          arraysOf([[], [m], [n, 1]][rank]!),
        ),
      );
    const property = fc.asyncProperty(cases, async ([{ n, m, transA, transB }, a, b, c]) => {
      const flip = (x: reference.NumberArray) =>
        reference.array([x.shape[1]!, x.shape[0]!], ([i, j]) => reference.at(x, [j!, i!]));
      const product = reference.matMul(transA ? flip(a) : a, transB ? flip(b) : b, []);
      const want = reference.elementwise([n, m], [product, c], (p, q) => 0.5 * p + 2 * q);
      const inputs = { a: toTensor(a), b: toTensor(b), c: toTensor(c) };
      const [p, q, r] = Object.entries(inputs).map(([name, input]) => argumentLike(name, input)) as [
        Value,
        Value,
        Value,
      ];
      const y = op.gemm(p, q, r, { transA, transB, alpha: 0.5, beta: 2 });
      expectClose(await numbersOf(y, inputs), want.data, { atol: 1e-5 });
    });
    await fc.assert(property, runs);
  });
});

describe('reductions', () => {
  const sum = (values: number[]) => values.reduce((a, b) => a + b, 0);
  test.each<[string, typeof op.reduceSum, (values: number[]) => number]>([
    ['reduceSum', op.reduceSum, sum],
    ['reduceMean', op.reduceMean, reference.mean],
    ['reduceMax', op.reduceMax, (values) => Math.max(...values)],
    ['reduceMin', op.reduceMin, (values) => Math.min(...values)],
  ])('%s', async (_, operator, formula) => {
    const cases = shapes(1, 3).chain((shape) =>
      fc.tuple(arraysOf(shape), fc.subarray([...shape.keys()], { minLength: 1 }), fc.boolean()),
    );
    const property = fc.asyncProperty(cases, async ([x, axes, keepDims]) => {
      const kept = x.shape.map((length, axis) => (axes.includes(axis) ? 1 : length));
      const want = reference.array(kept, (target) => {
        const members = x.data.filter((_, position) =>
          reference
            .indexOf(position, x.shape)
            .every((at, axis) => axes.includes(axis) || at === target[axis]),
        );
        return formula(members);
      });
      const input = toTensor(x);
      const y = operator(argumentLike('x', input), { axes, keepDims });
      expect(y.shape).toEqual(keepDims ? kept : x.shape.filter((_, axis) => !axes.includes(axis)));
      expectClose(await numbersOf(y, { x: input }), want.data);
    });
    await fc.assert(property, { numRuns: 12 });
  });

  test('over all axes by default', async () => {
    const x = constant([1, 2, 3, 4], { shape: [2, 2] });
    expect(op.reduceSum(x, { keepDims: false }).shape).toEqual([]);
    expect(await numbersOf(op.reduceSum(x))).toEqual([10]);
  });

  test('argMax and argMin take the first of equals', async () => {
    const x = constant([1, 5, 5, 0, 0, 2], { shape: [2, 3] });
    const { a, b, c } = await evaluate({
      a: op.argMax(x, { keepDims: false }),
      b: op.argMin(x),
      c: op.argMax(x, { axis: 0 }),
    });
    expect([a, b, c].map((result) => Array.from(result!.data, Number))).toEqual([
      [1, 2],
      [0, 0],
      [0, 0, 0],
    ]);
    expect([a, b, c].map((result) => result!.shape)).toEqual([[2], [2, 1], [1, 3]]);
  });

  test('topK and cumSum', async () => {
    const x = constant([3, 1, 2, 5, 9, 7], { shape: [2, 3] });
    const top = op.topK(x, 2);
    const { values, indices, sums } = await evaluate({ ...top, sums: op.cumSum(x, 1) });
    expect([...(values!.data as Float32Array)]).toEqual([3, 2, 9, 7]);
    expect(Array.from(indices!.data, Number)).toEqual([0, 2, 1, 2]);
    expect([...(sums!.data as Float32Array)]).toEqual([3, 4, 6, 5, 14, 21]);
  });
});

describe('softmax and normalisations', () => {
  test('softmax', async () => {
    const property = fc.asyncProperty(shapes(1, 3).chain(arraysOf), async (x) => {
      const input = toTensor(x);
      const want = reference.rows(x, reference.softmax);
      expectClose(await numbersOf(op.softmax(argumentLike('x', input)), { x: input }), want.data, {
        atol: 1e-6,
      });
    });
    await fc.assert(property, runs);
  });

  test('softmax of a row with large and masked scores', async () => {
    const got = await numbersOf(op.softmax(constant([1e4, 1e4, -3.4e38, -Infinity])));
    expectClose(got, [0.5, 0.5, 0, 0], { atol: 1e-7 });
  });

  test('instanceNormalization', async () => {
    const x = reference.array([1, 2, 3, 2], (index) => Math.sin(reference.positionOf(index, [1, 2, 3, 2])));
    const want = [0, 1].flatMap((channel) => {
      const own = x.data.slice(channel * 6, channel * 6 + 6);
      const scale = 1 / Math.sqrt(reference.variance(own) + 1e-3);
      return own.map((value) => (value - reference.mean(own)) * scale * (channel + 2) - channel);
    });
    const y = op.instanceNormalization(
      constant(x.data, { shape: x.shape }),
      constant([2, 3]),
      constant([0, -1]),
      {
        epsilon: 1e-3,
      },
    );
    expectClose(await numbersOf(y), want, { atol: 1e-5 });
  });
});

describe('maps', () => {
  test('conv', async () => {
    const cases = fc
      .record({
        c: fc.integer({ min: 1, max: 3 }),
        o: fc.integer({ min: 1, max: 3 }),
        k: fc.constantFrom(1, 2, 3),
        h: fc.integer({ min: 3, max: 6 }),
        w: fc.integer({ min: 3, max: 6 }),
        stride: fc.constantFrom(1, 2),
        pads: fc.tuple(fc.nat({ max: 1 }), fc.nat({ max: 1 }), fc.nat({ max: 1 }), fc.nat({ max: 1 })),
      })
      .chain((it) =>
        fc.tuple(
          fc.constant(it),
          arraysOf([1, it.c, it.h, it.w]),
          arraysOf([it.o, it.c, it.k, it.k]),
          arraysOf([it.o]),
        ),
      );
    const property = fc.asyncProperty(cases, async ([{ stride, pads }, x, weight, bias]) => {
      const want = reference.conv(x, weight, bias, { stride, pads });
      const inputs = { x: toTensor(x), weight: toTensor(weight), bias: toTensor(bias) };
      const [p, q, r] = Object.entries(inputs).map(([name, input]) => argumentLike(name, input)) as [
        Value,
        Value,
        Value,
      ];
      const y = op.conv(p, q, r, { strides: [stride, stride], pads });
      expect(y.shape).toEqual(want.shape);
      expectClose(await numbersOf(y, inputs), want.data, { atol: 2e-5 });
    });
    await fc.assert(property, runs);
  });

  test('conv of a map of unknown size', async () => {
    const x = argument('x', 'float32', [1, 1, 'H', 'W']);
    const ones = constant(new Float32Array(9).fill(1), { shape: [1, 1, 3, 3] });
    const y = op.conv(x, ones, undefined, { strides: [2, 2], pads: [0, 0, 1, 1] });
    expect(y.shape).toEqual([1, 1, 'floor(H-2,2)+1', 'floor(W-2,2)+1']);
    const { y: got } = await evaluate(
      { y },
      { x: tensor('float32', [1, 1, 6, 4], new Float32Array(24).fill(1)) },
    );
    expect(got).toMatchObject({ shape: [1, 1, 3, 2], data: Float32Array.of(9, 6, 9, 6, 6, 4) });
  });

  test('resizeNearest', async () => {
    const y = op.resizeNearest(constant([1, 2, 3, 4], { shape: [1, 1, 2, 2] }), 2);
    expect(y.shape).toEqual([1, 1, 4, 4]);
    expect(await numbersOf(y)).toEqual([1, 1, 2, 2, 1, 1, 2, 2, 3, 3, 4, 4, 3, 3, 4, 4]);
  });
});
