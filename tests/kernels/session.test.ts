/** Compiled sessions: runs by name, outputs in place, and refusals that name the input. */
import { describe, expect, test } from 'vitest';
import {
  argument,
  buildGraph,
  type CompileOptions,
  compile,
  op,
  tensor,
  type Value,
} from '../../kernels/index.ts';
import { node } from '../../kernels/node.ts';

const build = (outputs: Record<string, Value>, options: CompileOptions = {}) =>
  compile(buildGraph({ name: 'test', outputs }), { device: 'cpu', ...options });

const past = argument('past', 'float32', ['past', 2]);
const rows = argument('rows', 'float32', ['seq', 2]);
const mask = argument('mask', 'float32', ['seq', 'past+seq']);
const outputs = () => ({
  all: op.add(op.concat([past, rows], 0), op.reduceSum(mask)),
  next: op.mul(rows, 10),
});
const good = () => ({
  past: tensor('float32', [1, 2], [1, 2]),
  rows: tensor('float32', [2, 2], [3, 4, 5, 6]),
  mask: tensor('float32', [2, 3]),
});

describe('running', () => {
  test('by name, with shapes bound at the run', async () => {
    await using session = await build(outputs());
    const results = await session.run(good());
    expect(results.all).toEqual(tensor('float32', [3, 2], [1, 2, 3, 4, 5, 6]));
    expect(results.next).toMatchObject({ dtype: 'float32', shape: [2, 2] });
    const shorter = {
      past: tensor('float32', [0, 2]),
      rows: tensor('float32', [1, 2], [7, 8]),
      mask: tensor('float32', [1, 1]),
    };
    expect((await session.run(shorter)).all).toMatchObject({ shape: [1, 2], data: Float32Array.of(7, 8) });
  });

  test('outputs land in place, inside a larger buffer', async () => {
    await using session = await build(outputs());
    const buffer = new Float32Array(8).fill(-1);
    const next = tensor('float32', [2, 2], buffer.subarray(2, 6));
    const results = await session.run(good(), { into: { next } });
    expect(results.next).toBe(next);
    expect([...buffer]).toEqual([-1, -1, 30, 40, 50, 60, -1, -1]);
    expect(results.all!.shape).toEqual([3, 2]);
  });

  test('inputs are read at the run and never kept', async () => {
    await using session = await build({ y: op.neg(rows) });
    const input = tensor('float32', [1, 2], [1, 2]);
    const first = await session.run({ rows: input });
    (input.data as Float32Array)[0] = 9;
    expect([...((await session.run({ rows: input })).y!.data as Float32Array)]).toEqual([-9, -2]);
    expect([...(first.y!.data as Float32Array)]).toEqual([-1, -2]);
  });

  test('every dtype that may cross the border', async () => {
    for (const dtype of ['float32', 'float16', 'int64', 'int32', 'uint8', 'int8', 'bool'] as const) {
      await using session = await build({
        y: op.concat([argument('x', dtype, ['n']), argument('x', dtype, ['n'])], 0),
      });
      const { y } = await session.run({ x: tensor(dtype, [2], [1, 0]) });
      expect(y).toEqual(tensor(dtype, [4], [1, 0, 1, 0]));
    }
    await expect(build({ y: argument('x', 'bfloat16', [1]) })).rejects.toThrow(
      "Expected 'x' of graph 'test' not to be bfloat16: cast it inside the graph",
    );
  });

  test('the thread count changes time, not bytes, for row-wise work', async () => {
    const x = tensor(
      'float32',
      [200, 64],
      Array.from({ length: 12_800 }, (_, i) => Math.cos(i)),
    );
    const y = () => op.softmax(op.exp(argument('x', 'float32', ['n', 64])));
    const results = [];
    for (const threads of [1, 2]) {
      await using session = await build({ y: y() }, { threads });
      results.push((await session.run({ x })).y!.data);
    }
    expect(results[0]).toEqual(results[1]);
  });
});

describe('refusals name the input', () => {
  test.each<[string, object, object?]>([
    ["Expected input 'mask' to be float32[seq, past+seq], got nothing", { mask: undefined }],
    ["Expected inputs of past, rows, mask, got 'extra'", { extra: tensor('float32', [1]) }],
    ["Expected input 'rows' to be float32[seq, 2], got int32[2, 2]", { rows: tensor('int32', [2, 2]) }],
    ["Expected input 'rows' to be float32[seq, 2], got float32[4]", { rows: tensor('float32', [4]) }],
    ["Expected input 'rows' to be float32[seq, 2] = [2, 2], got [2, 3]", { rows: tensor('float32', [2, 3]) }],
    [
      "Expected input 'mask' to be float32[seq, past+seq] = [2, 3], got [2, 4]",
      { mask: tensor('float32', [2, 4]) },
    ],
    [
      '3 elements in a Float32Array for [2, 2]',
      { rows: { dtype: 'float32', shape: [2, 2], data: new Float32Array(3) } },
    ],
    [
      '4 elements in a Float64Array',
      { rows: { dtype: 'float32', shape: [2, 2], data: new Float64Array(4) } },
    ],
    ["Expected outputs of all, next, got 'other'", {}, { other: tensor('float32', [1]) }],
    [
      "Expected output 'next' to be float32[seq, 2] = [2, 2], got [3, 2]",
      {},
      { next: tensor('float32', [3, 2]) },
    ],
  ])('%s', async (message, change, into = {}) => {
    await using session = await build(outputs());
    const inputs = Object.fromEntries(
      Object.entries({ ...good(), ...change }).filter(([, value]) => value),
    ) as never;
    const run = session.run(inputs, { into: into as never });
    await expect(run).rejects.toThrow(TypeError);
    await expect(run).rejects.toThrow(message);
    await expect(run).rejects.toThrow("Session 'test'");
  });

  test('what the runtime refuses names the graph and keeps the cause', async () => {
    const unknown = node('NoSuchOperator', [rows], {}, () => rows);
    const error = await build({ y: unknown }).catch((caught: Error) => caught);
    expect(error).toMatchObject({
      message: expect.stringMatching(/^Graph 'test' was refused on cpu: .*NoSuchOperator/s),
    });
    expect((error as Error).cause).toBeInstanceOf(Error);
  });
});

test('a disposed session refuses to run; disposing twice is harmless', async () => {
  const session = await build({ y: op.neg(rows) });
  await session.dispose();
  await session.dispose();
  await expect(session.run({ rows: tensor('float32', [1, 2]) })).rejects.toThrow(
    "Expected session 'test' to be open, got a disposed one",
  );
});
