/** Linear layers in 8 bits: near the full precision, and where rows run in any company, the same bits in each. */
import { describe, expect, test } from 'vitest';
import {
  argument,
  buildGraph,
  compile,
  constant,
  type Linear,
  linear,
  linearInt8,
  linearInt8Rows,
  tensor,
} from '../../kernels/index.ts';

const [INPUTS, OUTPUTS, ROWS] = [128, 96, 37];
/** Numbers without a pattern, or products would cancel and errors would not. */
const noise = (count: number, seed: number): Float32Array =>
  Float32Array.from({ length: count }, (_, i) => {
    const large = Math.sin((i + 1) * seed) * 43758.5453;
    return large - Math.floor(large) - 0.5;
  });
const weight = constant(noise(INPUTS * OUTPUTS, 12.9898), { shape: [OUTPUTS, INPUTS] });
const bias = constant(noise(OUTPUTS, 78.233));
const x = noise(ROWS * INPUTS, 39.425);

async function product(form: Linear, rows: Float32Array): Promise<Float32Array> {
  const input = argument('x', 'float32', ['n', INPUTS]);
  const session = await compile(buildGraph({ name: 'linear', outputs: { y: form(input, weight, bias) } }), {
    device: 'cpu',
  });
  const { y } = await session.run({ x: tensor('float32', [rows.length / INPUTS, INPUTS], rows) });
  await session.dispose();
  return y!.data as Float32Array;
}

const norm = (values: Float32Array): number => Math.hypot(...values);

describe.each([
  ['rows on their own', linearInt8Rows],
  ['all rows at once', linearInt8],
])('%s', (_, form) => {
  test('within one percent of full precision', async () => {
    const [want, got] = [await product(linear, x), await product(form, x)];
    expect(norm(got.map((value, i) => value - want[i]!)) / norm(want)).toBeLessThan(0.01);
  });
});

test('a row on its own is the same bits in any company', async () => {
  const all = await product(linearInt8Rows, x);
  for (const [from, to] of [
    [0, 1],
    [5, 7],
    [20, 36],
  ] as const) {
    const some = await product(linearInt8Rows, x.slice(from * INPUTS, to * INPUTS));
    expect(some).toEqual(all.slice(from * OUTPUTS, to * OUTPUTS));
  }
});

test('an input that no block divides is computed in full precision', () => {
  const odd = argument('x', 'float32', ['n', 10]);
  const value = linearInt8Rows(odd, constant(new Float32Array(30), { shape: [3, 10] }));
  expect(value.source).toMatchObject({ operator: 'Gemm' });
});
