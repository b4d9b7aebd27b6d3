/** Safetensors files: what is written is read back, damage is refused by file and fault, weights stay in their file. */
import {
  mkdirSync,
  mkdtempSync,
  readFileSync,
  rmSync,
  symlinkSync,
  truncateSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { encode } from '../../kernels/dtype.ts';
import {
  argument,
  buildGraph,
  compile,
  linear,
  op,
  openSafetensors,
  readTensor,
  SafetensorsError,
  serialize,
  tensor,
  weight,
  writeSafetensors,
} from '../../kernels/index.ts';
import { numbersOf } from './evaluate.ts';

let folder: string;
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'kernels-safetensors-'));
});
afterAll(() => rmSync(folder, { recursive: true }));

const file = (name: string) => join(folder, name);
const numbers = [0.5, -1.25, 3, 1e-3, 100, -7];

/** A file of a raw header and data. */
function writeRaw(name: string, header: string | object, data = 0, length?: number): string {
  const text = Buffer.from(typeof header === 'string' ? header : JSON.stringify(header));
  const prefix = Buffer.alloc(8);
  prefix.writeBigUInt64LE(BigInt(length ?? text.length));
  writeFileSync(file(name), Buffer.concat([prefix, text, Buffer.alloc(data)]));
  return file(name);
}

describe('reading and writing', () => {
  test.each(['float32', 'float16', 'bfloat16'] as const)('%s comes back as float32', (dtype) => {
    writeSafetensors(file('a'), { w: { dtype, shape: [2, 3], data: encode(dtype, numbers) } });
    const ref = openSafetensors(file('a')).tensors.get('w')!;
    expect(ref).toMatchObject({ name: 'w', dtype, shape: [2, 3] });
    const data = readTensor(ref);
    expect(data).toBeInstanceOf(Float32Array);
    numbers.forEach((value, i) => {
      expect(Math.abs(Number(data[i]) - value)).toBeLessThanOrEqual(Math.abs(value) * 2 ** -8);
    });
  });

  test.each(['int64', 'int32', 'uint8', 'int8', 'bool'] as const)('%s comes back as it is', (dtype) => {
    const data = encode(dtype, [0, 1, 1]);
    writeSafetensors(file('a'), { w: { dtype, shape: [3], data } }, { metadata: { format: 'pt' } });
    const { tensors, metadata } = openSafetensors(file('a'));
    expect(readTensor(tensors.get('w')!)).toEqual(data);
    expect(metadata).toEqual({ format: 'pt' });
  });

  test('scalars and empty tensors', () => {
    writeSafetensors(file('a'), {
      none: { dtype: 'float32', shape: [0, 4], data: new Float32Array(0) },
      one: { dtype: 'float32', shape: [], data: Float32Array.of(7) },
    });
    const { tensors } = openSafetensors(file('a'));
    expect([readTensor(tensors.get('none')!).length, readTensor(tensors.get('one')!)[0]]).toEqual([0, 7]);
  });
});

describe('refusals name the file and the fault', () => {
  const entry = (over: object = {}) => ({ w: { dtype: 'F32', shape: [2], data_offsets: [0, 8], ...over } });
  const two = (start: number) => ({
    ...entry(),
    v: { dtype: 'F32', shape: [2], data_offsets: [start, start + 8] },
  });
  test.each([
    ['short', () => writeFileSync(file('short'), 'abc'), 'Expected at least 8 bytes, got 3'],
    [
      'header-length',
      () => writeRaw('header-length', '{}', 0, 99),
      'Expected a header within the 10 bytes of the file, got 99',
    ],
    ['not-json', () => writeRaw('not-json', '{"w":'), 'Expected the header to be JSON'],
    ['list', () => writeRaw('list', '[]'), 'Expected the header to be an object'],
    ['no-object', () => writeRaw('no-object', { w: 3 }), "tensor 'w': Expected an object"],
    ['dtype', () => writeRaw('dtype', entry({ dtype: 'F8' }), 8), 'BOOL, got "F8"'],
    [
      'shape',
      () => writeRaw('shape', entry({ shape: [-2] }), 8),
      "tensor 'w': Expected a shape of sizes, got [-2]",
    ],
    [
      'range',
      () => writeRaw('range', entry({ data_offsets: [8, 0] }), 8),
      'Expected data_offsets [start, end], got [8,0]',
    ],
    ['bytes', () => writeRaw('bytes', entry({ shape: [3] }), 8), 'Expected 12 bytes for float32[3], got 8'],
    ['truncated', () => writeRaw('truncated', entry(), 5), "truncated: tensor 'w' ends at byte"],
    ['overlap', () => writeRaw('overlap', two(4), 12), "tensor 'v' overlaps the one before it"],
    ['gap', () => writeRaw('gap', two(12), 20), "4 unused bytes before tensor 'v'"],
    ['rest', () => writeRaw('rest', entry(), 12), '4 unused bytes after the last tensor'],
    [
      'metadata',
      () => writeRaw('metadata', { __metadata__: { a: 1 } }),
      'Expected __metadata__ to be an object of strings',
    ],
    ['absent', () => {}, 'Expected a readable file'],
  ])('%s', (name, write, message) => {
    write();
    expect(() => openSafetensors(file(name))).toThrow(SafetensorsError);
    expect(() => openSafetensors(file(name))).toThrow(`${file(name)}: `);
    expect(() => openSafetensors(file(name))).toThrow(message);
  });

  test('a file cut after it was opened', () => {
    writeSafetensors(file('cut'), { w: { dtype: 'float32', shape: [2], data: Float32Array.of(1, 2) } });
    const ref = openSafetensors(file('cut')).tensors.get('w')!;
    truncateSync(file('cut'), ref.offset + 3);
    expect(() => readTensor(ref)).toThrow(`truncated: it ends at byte ${ref.offset + 3}`);
  });
});

describe('weights stay in their file', () => {
  const x = tensor('float32', [1, 3], [1, 2, 3]);
  const want = [0.5 - 2.5 + 9, 1e-3 + 200 - 21];

  test.each(['float32', 'float16', 'bfloat16'] as const)('%s at an odd offset', async (dtype) => {
    writeSafetensors(file(dtype), {
      odd: { dtype: 'uint8', shape: [3], data: Uint8Array.of(1, 2, 3) },
      w: { dtype, shape: [2, 3], data: encode(dtype, numbers) },
    });
    const ref = openSafetensors(file(dtype)).tensors.get('w')!;
    expect(ref.offset % 2).toBe(1);
    const got = await numbersOf(linear(argument('x', 'float32', ['n', 3]), weight(ref)), { x });
    got.forEach((value, i) => {
      expect(Math.abs(value - want[i]!)).toBeLessThan(0.5 * 2 ** -8 * 224);
    });
  });

  test('two sessions over one file, two files in one graph, a file behind a symlink', async () => {
    writeSafetensors(file('one'), {
      w: { dtype: 'float32', shape: [2, 3], data: encode('float32', numbers) },
    });
    writeSafetensors(file('two'), { w: { dtype: 'float32', shape: [2], data: Float32Array.of(10, 20) } });
    symlinkSync(file('two'), file('link'));
    const w = weight(openSafetensors(file('one')).tensors.get('w')!);
    const b = weight(openSafetensors(file('link')).tensors.get('w')!);
    const graph = buildGraph({ name: 'two', outputs: { y: linear(argument('x', 'float32', [1, 3]), w, b) } });
    const sessions = await Promise.all([
      compile(graph, { device: 'cpu' }),
      compile(graph, { device: 'cpu' }),
    ]);
    for (const session of sessions) {
      const { y } = await session.run({ x });
      expect([...(y!.data as Float32Array)]).toEqual([17, Math.fround(199.001)]);
      await session.dispose();
    }
  });

  test('links to files of other names in a folder beside, as the cache of Hugging Face has them', async () => {
    for (const folder of ['blobs', 'snapshot']) mkdirSync(file(folder));
    writeSafetensors(file('blobs/0a1b'), {
      w: { dtype: 'float32', shape: [2, 3], data: encode('float32', numbers) },
    });
    symlinkSync('../blobs/0a1b', file('snapshot/model.safetensors'));
    const { path, tensors } = openSafetensors(file('snapshot/model.safetensors'));
    expect(path).toBe(file('snapshot/model.safetensors'));
    const y = linear(argument('x', 'float32', [1, 3]), weight(tensors.get('w')!));
    expect(await numbersOf(y, { x })).toEqual([7, Math.fround(179.001)]);
  });

  test('the model holds no weight bytes and equal weights once', () => {
    const data = new Float32Array(10_000).fill(1.5);
    writeSafetensors(file('big'), { w: { dtype: 'float32', shape: [100, 100], data } });
    const ref = openSafetensors(file('big')).tensors.get('w')!;
    const graph = buildGraph({ name: 'big', outputs: { y: op.matMul(weight(ref), weight(ref)) } });
    expect(graph.initializers.size).toBe(1);
    expect(serialize(graph).bytes.length).toBeLessThan(500);
    expect(readFileSync(file('big')).length).toBeGreaterThan(40_000);
  });
});
