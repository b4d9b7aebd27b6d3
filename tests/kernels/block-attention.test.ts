/**
 * Attention over blocks of keys gives a row the same bits whatever runs beside it: other rows, other numbers of blocks,
 * its own blocks elsewhere, other numbers of threads. Linear layers do too. Batching, speculation and resuming rest on this.
 */
import { describe, expect, test } from 'vitest';
import {
  argument,
  blockAttention,
  buildGraph,
  compile,
  constant,
  KEY_BLOCK,
  linear,
  tensor,
} from '../../kernels/index.ts';

const MASKED = -1e30;
const ROWS = 12;
/** Keys that the first row sees; each later row sees one more. */
const SEEN = 2 * KEY_BLOCK + 40;
const BLOCKS = Math.ceil((SEEN + ROWS) / KEY_BLOCK);

function noise(count: number): Float32Array {
  let state = 1;
  return Float32Array.from({ length: count }, () => {
    state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
    return state / 2 ** 31 - 1;
  });
}

interface Heads {
  heads: number;
  groups: number;
  width: number;
  threads: number;
}

/** Runs the given rows with the keys in the given places among `blocks`; answers each row's numbers. */
async function attentionOf({ heads, groups, width, threads }: Heads) {
  const value = (name: string) => argument(name, 'float32', ['blocks', groups, KEY_BLOCK, width]);
  const y = blockAttention(argument('q', 'float32', [heads, 'n', width]), value('k'), value('v'), {
    mask: argument('mask', 'float32', ['n', `${KEY_BLOCK}*blocks`]),
  });
  const session = await compile(buildGraph({ name: 'blocks', outputs: { y } }), { device: 'cpu', threads });
  const [q, k, v] = [noise(heads * ROWS * width), noise(BLOCKS * groups * KEY_BLOCK * width), noise(999)];
  const valueAt = (i: number) => v[i % 999]!;
  return async (rows: readonly number[], blocks: number, places: readonly number[]) => {
    const blockSize = groups * KEY_BLOCK * width;
    const [keys, values] = [new Float32Array(blocks * blockSize), new Float32Array(blocks * blockSize)];
    for (const [block, place] of places.entries())
      for (let i = 0; i < blockSize; i++) {
        keys[place * blockSize + i] = k[block * blockSize + i]!;
        values[place * blockSize + i] = valueAt(block * blockSize + i);
      }
    const mask = new Float32Array(rows.length * blocks * KEY_BLOCK).fill(MASKED);
    for (const [i, row] of rows.entries())
      for (let key = 0; key < SEEN + row; key++)
        mask[i * blocks * KEY_BLOCK + places[Math.floor(key / KEY_BLOCK)]! * KEY_BLOCK + (key % KEY_BLOCK)] =
          0;
    const asked = Float32Array.from({ length: heads * rows.length * width }, (_, i) => {
      const [head, row] = [Math.floor(i / width / rows.length), rows[Math.floor(i / width) % rows.length]!];
      return q[(head * ROWS + row) * width + (i % width)]!;
    });
    const shape = [blocks, groups, KEY_BLOCK, width];
    const { y: out } = await session.run({
      q: tensor('float32', [heads, rows.length, width], asked),
      k: tensor('float32', shape, keys),
      v: tensor('float32', shape, values),
      mask: tensor('float32', [rows.length, blocks * KEY_BLOCK], mask),
    });
    return rows.map((_, i) =>
      Array.from({ length: heads }, (_, head) => {
        const from = (head * rows.length + i) * width;
        return Array.from((out!.data as Float32Array).subarray(from, from + width));
      }),
    );
  };
}

describe.each<Heads>([
  { heads: 4, groups: 2, width: 64, threads: 1 },
  { heads: 4, groups: 2, width: 16, threads: 2 },
  { heads: 32, groups: 2, width: 128, threads: 2 },
  { heads: 4, groups: 1, width: 64, threads: 5 },
])('$heads heads on $groups of width $width, $threads threads', (heads) => {
  test('bits of a row depend on what it sees alone', async () => {
    const run = await attentionOf(heads);
    const all = await run([...new Array(ROWS).keys()], BLOCKS, [0, 1, 2]);
    for (const count of [1, 2, 3, 5, 11])
      for (const [blocks, places] of [
        [BLOCKS, [0, 1, 2]],
        [BLOCKS + 4, [0, 1, 2]],
        [BLOCKS + 9, [0, 1, 7]],
        [BLOCKS + 9, [1, 4, 11]],
      ] as const)
        for (let from = 0; from + count <= ROWS; from += count) {
          const rows = Array.from({ length: count }, (_, i) => from + i);
          expect(await run(rows, blocks, places)).toEqual(all.slice(from, from + count));
        }
  });
});

test('other numbers of threads give the same bits', async () => {
  const rows = [...new Array(ROWS).keys()];
  const of = async (threads: number) =>
    (await attentionOf({ heads: 8, groups: 2, width: 64, threads }))(rows, BLOCKS, [0, 1, 2]);
  const one = await of(1);
  for (const threads of [2, 3, 8]) expect(await of(threads)).toEqual(one);
});

test.each([
  [256, 768],
  [1024, 1000],
  [4096, 512],
  [100, 36],
  [333, 777],
])('a linear layer of %i to %i gives a row the same bits in any company', async (from, to) => {
  const x = argument('x', 'float32', ['n', from]);
  const y = linear(
    x,
    constant(noise(from * to), { shape: [to, from] }),
    constant(noise(to), { shape: [to] }),
  );
  const session = await compile(buildGraph({ name: 'linear', outputs: { y } }), { device: 'cpu' });
  const data = noise(40 * from);
  const run = async (at: number, count: number) => {
    const rows = tensor('float32', [count, from], data.subarray(at * from, (at + count) * from));
    return (await session.run({ x: rows })).y!.data as Float32Array;
  };
  const all = await run(0, 40);
  for (const count of [1, 2, 3, 7, 16])
    for (let at = 0; at + count <= 40; at += count)
      expect(await run(at, count)).toEqual(all.slice(at * to, (at + count) * to));
});
