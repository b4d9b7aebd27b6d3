/** Linear layers in 8 bits: near the full precision, and where rows run in any company, the same bits in each. */
import { mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import {
  argument,
  blockLinear,
  blockOf,
  buildGraph,
  columnLinear,
  compile,
  constant,
  type Linear,
  linear,
  linearInt8,
  linearInt8Rows,
  quantizeBlocks,
  quantizeRows,
  weight as storedWeight,
  tensor,
} from '../../kernels/index.ts';

const [INPUTS, OUTPUTS, ROWS] = [128, 96, 37];
/** Numbers without a pattern, or products would cancel and errors would not. */
const noise = (count: number, seed: number): Float32Array =>
  Float32Array.from({ length: count }, (_, i) => {
    const large = Math.sin((i + 1) * seed) * 43758.5453;
    return large - Math.floor(large) - 0.5;
  });
const numbers = noise(INPUTS * OUTPUTS, 12.9898);
const weight = constant(numbers, { shape: [OUTPUTS, INPUTS] });
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

/** The layer with codes made by the functions that make files. */
const inBlocks =
  (bits: 4 | 8): Linear =>
  (input, _, offset) => {
    const block = blockOf(INPUTS, bits)!;
    const { codes, scales } = quantizeBlocks(numbers, block, bits);
    const shape = [OUTPUTS, INPUTS / block];
    return blockLinear(
      input,
      {
        codes: constant(codes, { dtype: 'uint8', shape: [...shape, (block * bits) / 8] }),
        scales: constant(scales, { shape }),
        bits,
      },
      offset,
    );
  };

const inColumns: Linear = (input, _, offset) => {
  const { codes, scales } = quantizeRows(numbers, INPUTS);
  const turned = Int8Array.from(
    codes,
    (_code, at) => codes[(at % OUTPUTS) * INPUTS + Math.floor(at / OUTPUTS)]!,
  );
  return columnLinear(
    input,
    { codes: constant(turned, { dtype: 'int8', shape: [INPUTS, OUTPUTS] }), scales: constant(scales) },
    offset,
  );
};

test('codes that are made for a file give the bits of those that the runtime folds', async () => {
  expect(await product(inBlocks(8), x)).toEqual(await product(linearInt8Rows, x));
  expect(await product(inColumns, x)).toEqual(await product(linearInt8, x));
});

test('4 bits are within a tenth of full precision, and a row is the same bits in any company', async () => {
  const [want, got] = [await product(linear, x), await product(inBlocks(4), x)];
  expect(norm(got.map((value, i) => value - want[i]!)) / norm(want)).toBeLessThan(0.1);
  for (const count of [1, 2, 9])
    expect(await product(inBlocks(4), x.slice(0, count * INPUTS))).toEqual(got.slice(0, count * OUTPUTS));
});

test('weights of zero stay zero in every form', () => {
  const zeros = new Float32Array(64);
  expect([...new Set(quantizeBlocks(zeros, 32, 4).codes)]).toEqual([0x88]);
  expect([...new Set(quantizeBlocks(zeros, 64, 8).codes)]).toEqual([128]);
  expect([...new Set(quantizeRows(zeros, 64).codes)]).toEqual([0]);
});

test.each([4, 8] as const)(
  'a session saved with packed weights of %i bits gives the same bits',
  async (bits) => {
    const folder = mkdtempSync(join(tmpdir(), 'palimpsest-saved-'));
    try {
      // Large enough for the runtime to keep it in the file beside the session.
      const side = 2048;
      const block = blockOf(side, bits)!;
      const { codes, scales } = quantizeBlocks(
        Float32Array.from({ length: side * side }, (_, i) => (i * 7919) % 1009),
        block,
        bits,
      );
      const path = join(folder, 'codes');
      writeFileSync(path, codes);
      const shape = [side, side / block, (block * bits) / 8];
      const ref = { name: 'codes', dtype: 'uint8', shape, path, offset: 0, length: codes.length } as const;
      const input = argument('x', 'float32', ['n', side]);
      const coded = {
        codes: storedWeight(ref, { dtype: 'uint8' }),
        scales: constant(scales, { shape: shape.slice(0, 2) }),
        bits,
      };
      const graph = buildGraph({ name: 'saved', outputs: { y: blockLinear(input, coded) } });
      const saved = join(folder, 'saved.onnx');
      const rows = { x: tensor('float32', [3, side], noise(3 * side, 39.425)) };
      const results = [];
      for (const option of [{}, { saved }, { saved }]) {
        const session = await compile(graph, { device: 'cpu', ...option });
        results.push((await session.run(rows)).y!.data);
        await session.dispose();
      }
      expect(results[1]).toEqual(results[0]);
      expect(results[2]).toEqual(results[0]);
      expect(readdirSync(folder).sort()).toEqual(['codes', 'saved.onnx', 'saved.onnx.data']);
    } finally {
      rmSync(folder, { recursive: true });
    }
  },
);

test('weights that stay in their files give what packed ones give', async () => {
  const input = argument('x', 'float32', ['n', INPUTS]);
  const graph = buildGraph({ name: 'linear', outputs: { y: inColumns(input, weight, bias) } });
  const rows = { x: tensor('float32', [ROWS, INPUTS], x) };
  const results = [];
  for (const weights of ['packed', 'mapped'] as const) {
    const session = await compile(graph, { device: 'cpu', weights });
    results.push((await session.run(rows)).y!.data);
    await session.dispose();
  }
  expect(results[1]).toEqual(results[0]);
});
