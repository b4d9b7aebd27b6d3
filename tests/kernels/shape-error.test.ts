/** Shape errors: they point at the line of the call, and every refusal names operator, inputs and attributes. */
import { describe, expect, test } from 'vitest';
import {
  applyRope,
  argument,
  attention,
  blockAttention,
  constant,
  feedForward,
  gatedFeedForward,
  groupNorm,
  linear,
  op,
  ShapeError,
  splitHeads,
} from '../../kernels/index.ts';

const x = argument('x', 'float32', ['n', 4]);
const m = argument('m', 'float32', ['m', 4]);
const ids = argument('ids', 'int64', ['n']);
const map = argument('map', 'float32', [1, 6, 8, 8]);
const flag = argument('flag', 'bool', ['n', 4]);
const heads = argument('heads', 'float32', [4, 'n', 8]);
const weights = (...shape: number[]) =>
  constant(new Float32Array(shape.reduce((a, b) => a * b, 1)), { shape });

test('points at the line of the call and names operator, inputs and attributes', () => {
  let error: Error | undefined;
  try {
    op.gemm(x, weights(3, 5), undefined, { transB: true });
  } catch (caught) {
    error = caught as Error;
  }
  expect(error).toBeInstanceOf(ShapeError);
  expect(error!.message).toBe(
    'Gemm(float32[n, 4], float32[3, 5]; transA=0, transB=1, alpha=1, beta=1): Expected equal inner dimensions, got 4 and 5',
  );
  expect(error!.stack!.split('\n').find((line) => line.trim().startsWith('at '))).toContain(
    'shape-error.test.ts',
  );
});

describe('every refusal', () => {
  test.each<[string, () => unknown]>([
    ['Add(float32[n, 4], float32[m, 4]): Expected shapes that broadcast', () => op.add(x, m)],
    ['Mul(float32[n, 4], int64[n]): Expected operands of one dtype', () => op.mul(x, ids)],
    ['Sqrt(int64[n]): Expected a float dtype, got int64', () => op.sqrt(ids)],
    ['Neg(bool[n, 4]): Expected numbers, got bool', () => op.neg(flag)],
    ['Clip(float32[n, 4], float32[], float32[]): Expected low <= high', () => op.clip(x, 1, 0)],
    ['Less(float32[n, 4], float32[m, 4]): Expected shapes that broadcast', () => op.less(x, m)],
    ['And(float32[n, 4], float32[n, 4]): Expected bool', () => op.and(x, x)],
    ['Not(float32[n, 4]): Expected bool', () => op.not(x)],
    ['Where(float32[n, 4], float32[n, 4], float32[]): Expected a bool condition', () => op.where(x, x, 0)],
    [
      'Where(bool[n, 4], float32[m, 4], float32[]): Expected the condition to broadcast',
      () => op.where(flag, m, 0),
    ],
    ['Gelu(int64[n]; approximate=none): Expected a float dtype', () => op.gelu(ids)],
    ['MatMul(float32[n, 4], int64[n]): Expected operands of one dtype', () => op.matMul(x, ids)],
    [
      'MatMul(float32[n, 4], float32[4]): Expected operands of at least two axes',
      () => op.matMul(x, weights(4)),
    ],
    ['MatMul(float32[n, 4], float32[3, 4]): Expected equal inner', () => op.matMul(x, weights(3, 4))],
    ['Expected batch axes that broadcast', () => op.matMul(weights(2, 3, 4), weights(3, 4, 3))],
    ['Expected operands of one float dtype', () => op.gemm(x, ids)],
    ['Expected matrices', () => op.gemm(heads, x)],
    ['Expected c to broadcast to [n, 3]', () => op.gemm(x, weights(4, 3), weights(4))],
    ['ReduceMean(int64[n]; keepdims=1): Expected a float dtype', () => op.reduceMean(ids)],
    ['keepdims=1): Expected an axis of float32[n, 4], got 2', () => op.reduceSum(x, { axes: [2] })],
    ['ArgMax(float32[n, 4]; axis=5, keepdims=1): Expected an axis', () => op.argMax(x, { axis: 5 })],
    ['Expected k between 1 and 4, got 5', () => op.topK(x, 5)],
    ['CumSum(float32[n, 4], int64[]): Expected an axis', () => op.cumSum(x, -3)],
    ['Softmax(int64[n]; axis=-1): Expected a float dtype', () => op.softmax(ids)],
    [
      'Expected scale and bias of float32[4], got float32[3]',
      () => op.layerNormalization(x, weights(3), undefined),
    ],
    ['Expected [n, c, ...space]', () => op.instanceNormalization(x, weights(4), weights(4))],
    [
      'Expected scale and bias of float32[6], got float32[4]',
      () => op.instanceNormalization(map, weights(4), weights(6)),
    ],
    ['Reshape(float32[n, 4], int64[2]): Expected 4*n elements, got [3, 4]', () => op.reshape(x, [3, 4])],
    ['Expected 4*n elements, got [3, -1]', () => op.reshape(x, [3, -1])],
    ['Expected at most one -1', () => op.reshape(x, [-1, -1])],
    ['perm=[0, 0]): Expected an order of 2 axes', () => op.transpose(x, [0, 0])],
    ['Expected axes of size 1, got [1]', () => op.squeeze(x, [1])],
    ['Expected distinct axes of a result of rank 3, got [5]', () => op.unsqueeze(x, [5])],
    ['Expected values that agree but for axis 1', () => op.concat([x, m], 1)],
    ['Expected at least one value to concatenate', () => op.concat([], 0)],
    ['Expected sizes that add up to 4, got [1, 2]', () => op.split(x, [1, 2], 1)],
    ['Expected bounds within 0 and 4, got 1 and 5', () => op.slice(x, 1, 1, 5)],
    ['Expected float32[n, 4] to broadcast to [2, 4]', () => op.expand(x, [2, 4])],
    ['Expected an amount for each axis of float32[n, 4]', () => op.pad(x, [1], [1])],
    ['Gather(float32[n, 4], float32[m, 4]; axis=0): Expected int indices', () => op.gather(x, m)],
    ["Expected 'far' of dimension 'far' to be an axis", () => op.range(0, 'far', x)],
    ['Expected x [n, c, H, W] and weight', () => op.conv(x, weights(1, 1, 1, 1))],
    ['Expected 3 channels for this weight, got 6', () => op.conv(map, weights(2, 3, 1, 1))],
    ['Expected a bias of [2]', () => op.conv(map, weights(2, 6, 1, 1), weights(3))],
    ['Expected the kernel to fit into the padded map', () => op.conv(map, weights(2, 6, 9, 9))],
    ['Expected [n, c, H, W]', () => op.resizeNearest(x, 2)],
    ['Expected a whole scale, got 1.5', () => op.resizeNearest(map, 1.5)],
    ['Expected equal inner dimensions, got 4 and 5', () => linear(x, weights(3, 5))],
    [
      'Expected equal inner dimensions, got 3 and 4',
      () =>
        feedForward(x, {
          up: { weight: weights(3, 4) },
          down: { weight: weights(4, 4) },
          activation: 'gelu',
        }),
    ],
    [
      'Expected stacked gate and up of even width, got float32[n, 3]',
      () =>
        gatedFeedForward(x, {
          gateUp: { weight: weights(3, 4) },
          down: { weight: weights(4, 4) },
          activation: 'silu',
        }),
    ],
    [
      'Expected [1, c, H, W] with c a multiple of groups',
      () => groupNorm(map, { groups: 4, weight: weights(6), bias: weights(6) }),
    ],
    [
      'Expected equal inner dimensions, got 8 and 4',
      () => attention(heads, weights(4, 3, 4), weights(4, 3, 4)),
    ],
    [
      'Expected key heads to divide query heads',
      () => blockAttention(heads, weights(1, 3, 5, 8), weights(1, 3, 5, 8), { mask: weights(5) }),
    ],
    ['splitHeads(float32[n, 4]; heads=3): Expected [n, h·d]', () => splitHeads(x, 3)],
    ['Expected an even rotaryDim up to the width of x', () => applyRope(x, weights(1, 6), weights(1, 6))],
  ])('%s', (message, call) => {
    expect(call).toThrow(message);
    expect(call).toThrow(TypeError);
  });

  test('two numbers are not operands', () => expect(() => op.add(1, 2)).toThrow('got two numbers'));
});
