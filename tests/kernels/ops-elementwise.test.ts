/** Elementwise operators against plain loops, over random shapes that broadcast. */
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { argument, constant, op, tensor, type Value } from '../../kernels/index.ts';
import { arraysOf, broadcastShapes, shapes, toTensor } from './arbitraries.ts';
import { expectClose } from './close.ts';
import { argumentLike, evaluate, numbersOf } from './evaluate.ts';
import { elementwise, erf, gelu, geluTanh, silu } from './reference.ts';

const positive = (value: number) => Math.abs(value) + 0.1;

describe('on one value', () => {
  test.each<[string, (x: Value) => Value, (x: number) => number, ((x: number) => number)?]>([
    ['neg', op.neg, (x) => -x],
    ['abs', op.abs, Math.abs],
    ['sqrt', op.sqrt, Math.sqrt, positive],
    ['reciprocal', op.reciprocal, (x) => 1 / x, positive],
    ['exp', op.exp, Math.exp],
    ['log', op.log, Math.log, positive],
    ['erf', op.erf, erf],
    ['sin', op.sin, Math.sin],
    ['cos', op.cos, Math.cos],
    ['floor', op.floor, Math.floor],
    ['tanh', op.tanh, Math.tanh],
    ['sigmoid', op.sigmoid, (x) => 1 / (1 + Math.exp(-x))],
    ['relu', op.relu, (x) => Math.max(0, x)],
    ['silu', op.silu, silu],
    ['gelu', (x) => op.gelu(x), gelu],
    ['gelu tanh', (x) => op.gelu(x, { approximate: 'tanh' }), geluTanh],
    ['clip', (x) => op.clip(x, -1, 0.5), (x) => Math.min(0.5, Math.max(-1, x))],
  ])('%s', async (_, operator, formula, domain = (x) => x) => {
    const property = fc.asyncProperty(shapes(0, 3).chain(arraysOf), async ({ shape, data }) => {
      const values = { shape, data: data.map((value) => Math.fround(domain(value))) };
      const x = toTensor(values);
      const y = operator(argumentLike('x', x));
      expect(y.shape).toEqual(shape);
      expectClose(await numbersOf(y, { x }), values.data.map(formula), { atol: 2e-6, rtol: 2e-6 });
    });
    await fc.assert(property, { numRuns: 8 });
  });
});

describe('on two values that broadcast', () => {
  test.each<[string, (a: Value, b: Value) => Value, (a: number, b: number) => number]>([
    ['add', op.add, (a, b) => a + b],
    ['sub', op.sub, (a, b) => a - b],
    ['mul', op.mul, (a, b) => a * b],
    ['div', (a, b) => op.div(a, op.add(op.abs(b), 1)), (a, b) => a / (Math.abs(b) + 1)],
    ['pow', (a, b) => op.pow(op.add(op.abs(a), 1), b), (a, b) => (Math.abs(a) + 1) ** b],
    ['min', op.min, Math.min],
    ['max', op.max, Math.max],
    ['equal', op.equal, (a, b) => Number(a === b)],
    ['greater', op.greater, (a, b) => Number(a > b)],
    ['greaterOrEqual', op.greaterOrEqual, (a, b) => Number(a >= b)],
    ['less', op.less, (a, b) => Number(a < b)],
    ['lessOrEqual', op.lessOrEqual, (a, b) => Number(a <= b)],
    ['and', (a, b) => op.and(op.less(a, 0), op.less(b, 0)), (a, b) => Number(a < 0 && b < 0)],
    ['or', (a, b) => op.or(op.less(a, 0), op.not(op.less(b, 0))), (a, b) => Number(a < 0 || b >= 0)],
    ['where', (a, b) => op.where(op.less(a, b), a, op.mul(b, 2)), (a, b) => (a < b ? a : 2 * b)],
  ])('%s', async (_, operator, formula) => {
    const cases = broadcastShapes.chain(({ shape, a, b }) =>
      fc.tuple(fc.constant(shape), arraysOf(a), arraysOf(b)),
    );
    const property = fc.asyncProperty(cases, async ([shape, a, b]) => {
      const [x, y] = [toTensor(a), toTensor(b)];
      const result = operator(argumentLike('x', x), argumentLike('y', y));
      expect(result.shape).toEqual(shape);
      const want = elementwise(shape, [a, b], formula).data;
      expectClose(await numbersOf(result, { x, y }), want, { atol: 1e-5, rtol: 1e-5 });
    });
    await fc.assert(property, { numRuns: 10 });
  });

  test('names broadcast with themselves and with 1', async () => {
    const a = argument('a', 'float32', ['n', 'm']);
    const y = op.add(a, op.mul(argument('b', 'float32', ['n', 1]), argument('c', 'float32', ['m'])));
    expect(y.shape).toEqual(['n', 'm']);
    const inputs = {
      a: tensor('float32', [2, 3], [1, 2, 3, 4, 5, 6]),
      b: tensor('float32', [2, 1], [10, 100]),
      c: tensor('float32', [3], [1, 2, 3]),
    };
    expect(await numbersOf(y, inputs)).toEqual([11, 22, 33, 104, 205, 306]);
  });

  test('a plain number stands for either operand', async () => {
    const x = constant([1, 2, 4]);
    const outputs = { y: op.div(8, op.sub(x, -1)), i: op.add(constant([1, 2], { dtype: 'int64' }), 5) };
    const { y, i } = await evaluate(outputs);
    expectClose(y!.data, [4, 8 / 3, 8 / 5], {});
    expect(i).toMatchObject({ dtype: 'int64', data: BigInt64Array.of(6n, 7n) });
  });

  test('each run is the same to the bit', async () => {
    const x = tensor(
      'float32',
      [64, 64],
      Array.from({ length: 4096 }, (_, i) => Math.sin(i)),
    );
    const y = op.softmax(op.matMul(argumentLike('x', x), op.exp(argumentLike('x', x))));
    expect(await numbersOf(y, { x })).toEqual(await numbersOf(y, { x }));
  });
});
