/** Layers against plain loops (reference.ts), over random shapes and in the dtypes that models store. */
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { encode } from '../../kernels/dtype.ts';
import {
  argument,
  attention,
  blockAttention,
  buildGraph,
  constant,
  conv2d,
  embedding,
  feedForward,
  gatedFeedForward,
  groupNorm,
  layerNorm,
  linear,
  mergeHeads,
  op,
  rmsNorm,
  splitHeads,
  tensor,
  upsampleNearest2x,
  type Value,
} from '../../kernels/index.ts';
import { arraysOf, runs, toTensor } from './arbitraries.ts';
import { expectClose } from './close.ts';
import { argumentLike, evaluate, numbersOf } from './evaluate.ts';
import * as reference from './reference.ts';

const size = (max: number) => fc.integer({ min: 1, max });
const stored = (x: reference.NumberArray): Value => constant(x.data, { shape: x.shape });

/** Numbers that look random and are the same each time. */
const waves = (...shape: number[]) =>
  reference.array(shape, (index) =>
    Math.fround(Math.sin(index.reduce((sum, i) => sum * 7.3 + i + 1, shape.length))),
  );

const linearRows = (x: reference.NumberArray, weight: reference.NumberArray, bias?: reference.NumberArray) =>
  reference.array([x.shape[0]!, weight.shape[0]!], ([row, out]) => {
    let sum = bias ? reference.at(bias, [out!]) : 0;
    for (let i = 0; i < x.shape[1]!; i++) sum += reference.at(x, [row!, i]) * reference.at(weight, [out!, i]);
    return sum;
  });

describe('linear and embedding', () => {
  test('linear with and without bias', async () => {
    const cases = fc
      .tuple(size(4), size(6), size(5))
      .chain(([n, i, o]) =>
        fc.tuple(arraysOf([n, i]), arraysOf([o, i]), fc.option(arraysOf([o]), { nil: undefined })),
      );
    const property = fc.asyncProperty(cases, async ([x, weight, bias]) => {
      const input = toTensor(x);
      const y = linear(argumentLike('x', input), stored(weight), bias && stored(bias));
      expectClose(await numbersOf(y, { x: input }), linearRows(x, weight, bias).data, { atol: 2e-5 });
    });
    await fc.assert(property, runs);
  });

  test('linear of more than two axes', async () => {
    const [x, weight, bias] = [waves(2, 3, 4), waves(5, 4), waves(5)];
    const y = linear(stored(x), stored(weight), stored(bias));
    expect(y.shape).toEqual([2, 3, 5]);
    expectClose(await numbersOf(y), linearRows({ ...x, shape: [6, 4] }, weight, bias).data);
  });

  test('embedding', async () => {
    const ids = tensor('int32', [2, 2], [3, 0, 1, 3]);
    const y = embedding(stored(waves(4, 2)), argumentLike('ids', ids));
    const want = [3, 0, 1, 3].flatMap((id) => waves(4, 2).data.slice(id * 2, id * 2 + 2));
    expect(await numbersOf(y, { ids })).toEqual(want);
  });

  test('a table stored in 16 bits is never cast as a whole', async () => {
    const ids = tensor('int32', [2], [2, 0]);
    const table = constant(encode('bfloat16', [1, 2, 3, 4, 5.5, 6]), { dtype: 'bfloat16', shape: [3, 2] });
    const y = embedding(op.cast(table, 'float32'), argumentLike('ids', ids));
    const { nodes } = buildGraph({ name: 'test', outputs: { y } });
    expect(nodes.map(({ node }) => node.operator)).toEqual(['Gather', 'Cast']);
    expect(await numbersOf(y, { ids })).toEqual([5.5, 6, 1, 2]);
  });
});

describe('norms', () => {
  const layerNormRow = (eps: number) => (row: number[]) => {
    const scale = 1 / Math.sqrt(reference.variance(row) + eps);
    return row.map((value) => (value - reference.mean(row)) * scale);
  };
  const rmsNormRow = (eps: number) => (row: number[]) => {
    const scale = 1 / Math.sqrt(reference.mean(row.map((value) => value * value)) + eps);
    return row.map((value) => value * scale);
  };
  const affine = (x: reference.NumberArray, weight?: reference.NumberArray, bias?: reference.NumberArray) =>
    reference.rows(x, (row) =>
      row.map((value, i) => value * (weight ? weight.data[i]! : 1) + (bias ? bias.data[i]! : 0)),
    ).data;

  const cases = fc
    .tuple(size(4), fc.integer({ min: 2, max: 16 }))
    .chain(([n, d]) =>
      fc.tuple(
        arraysOf([n, d]),
        fc.option(arraysOf([d]), { nil: undefined }),
        fc.option(arraysOf([d]), { nil: undefined }),
      ),
    );

  test('layerNorm with and without weight and bias', async () => {
    const property = fc.asyncProperty(cases, async ([x, weight, bias]) => {
      const input = toTensor(x);
      const y = layerNorm(argumentLike('x', input), {
        weight: weight && stored(weight),
        bias: bias && stored(bias),
        eps: 1e-2,
      });
      const want = affine(reference.rows(x, layerNormRow(1e-2)), weight, bias);
      expectClose(await numbersOf(y, { x: input }), want, { atol: 1e-4 });
    });
    await fc.assert(property, runs);
  });

  test('rmsNorm with and without weight', async () => {
    const property = fc.asyncProperty(cases, async ([x, weight]) => {
      const input = toTensor(x);
      const y = rmsNorm(argumentLike('x', input), weight && stored(weight), { eps: 1e-3 });
      const want = affine(reference.rows(x, rmsNormRow(1e-3)), weight);
      expectClose(await numbersOf(y, { x: input }), want, { atol: 2e-5 });
    });
    await fc.assert(property, runs);
  });

  test('float16 rows have float32 statistics', async () => {
    const x = constant(new Float32Array(64).fill(300), { dtype: 'float16', shape: [1, 64] });
    for (const y of [rmsNorm(x, undefined), layerNorm(op.add(x, x))]) {
      expect(y.dtype).toBe('float16');
      expect((await numbersOf(op.cast(y, 'float32'))).every(Number.isFinite)).toBe(true);
    }
    expect((await numbersOf(op.cast(rmsNorm(x, undefined), 'float32')))[0]).toBe(1);
  });

  test('groupNorm', async () => {
    const property = fc.asyncProperty(
      fc
        .tuple(size(3), size(3), size(4), size(4))
        .chain(([groups, per, h, w]) =>
          fc.tuple(
            fc.constant(groups),
            arraysOf([1, groups * per, h, w]),
            arraysOf([groups * per]),
            arraysOf([groups * per]),
          ),
        ),
      async ([groups, x, weight, bias]) => {
        const channels = x.shape[1]!;
        const area = x.shape[2]! * x.shape[3]!;
        const grouped = { shape: [groups, x.data.length / groups], data: x.data };
        const normal = reference.rows(grouped, layerNormRow(1e-2)).data;
        const want = normal.map((value, i) => {
          const channel = Math.floor(i / area) % channels;
          return value * weight.data[channel]! + bias.data[channel]!;
        });
        const value = argument('x', 'float32', [1, channels, 'H', 'W']);
        const y = groupNorm(value, { groups, weight: stored(weight), bias: stored(bias), eps: 1e-2 });
        expect(y.shape).toEqual([1, channels, 'H', 'W']);
        expectClose(await numbersOf(y, { x: toTensor(x) }), want, { atol: 1e-4 });
      },
    );
    await fc.assert(property, runs);
  });
});

describe('convolution', () => {
  test('conv2d pads as asked', async () => {
    const [x, weight, bias] = [waves(1, 2, 5, 4), waves(3, 2, 3, 3), waves(3)];
    const layers = [
      { options: { padding: 1 }, shape: { stride: 1, pads: [1, 1, 1, 1] } },
      { options: { stride: 2, padding: [0, 0, 1, 1] }, shape: { stride: 2, pads: [0, 0, 1, 1] } },
    ] as const;
    for (const { options, shape } of layers) {
      const y = conv2d(stored(x), stored(weight), { bias: stored(bias), ...options });
      expectClose(await numbersOf(y), reference.conv(x, weight, bias, shape).data);
    }
  });

  test('upsampleNearest2x', async () => {
    const x = waves(1, 2, 2, 3);
    const want = reference.array([1, 2, 4, 6], ([n, c, h, w]) => reference.at(x, [n!, c!, h! >> 1, w! >> 1]));
    expect(await numbersOf(upsampleNearest2x(stored(x)))).toEqual(want.data);
  });
});

describe('feed-forward', () => {
  const x = waves(3, 4);
  const [up, gate, down] = [waves(6, 4), waves(6, 5).data.slice(0, 24), waves(4, 6)];
  const gateWeight = { shape: [6, 4], data: gate };
  const map = (array: reference.NumberArray, f: (value: number) => number) => ({
    ...array,
    data: array.data.map(f),
  });
  const activations = { silu: reference.silu, gelu: reference.gelu, geluTanh: reference.geluTanh } as const;

  test.each(Object.keys(activations) as (keyof typeof activations)[])(
    'plain and gated with %s',
    async (activation) => {
      const f = activations[activation];
      const plain = linearRows(map(linearRows(x, up), f), down);
      const gated = map(linearRows(x, gateWeight), f);
      const product = reference.elementwise([3, 6], [gated, linearRows(x, up)], (a, b) => a * b);
      const weight = (value: reference.NumberArray) => ({ weight: stored(value) });
      const stacked = { shape: [12, 4], data: [...gate, ...up.data] };
      const results = await evaluate({
        plain: feedForward(stored(x), { up: weight(up), down: weight(down), activation }),
        apart: gatedFeedForward(stored(x), {
          gate: weight(gateWeight),
          up: weight(up),
          down: weight(down),
          activation,
        }),
        together: gatedFeedForward(stored(x), { gateUp: weight(stacked), down: weight(down), activation }),
      });
      expectClose(Array.from(results.plain!.data, Number), plain.data);
      const want = linearRows(product, down).data;
      expectClose(Array.from(results.apart!.data, Number), want);
      expectClose(Array.from(results.together!.data, Number), want);
    },
  );
});

describe('attention', () => {
  const cases = fc
    .record({ groups: size(2), per: size(3), n: size(4), blocks: size(3), block: size(3), d: size(4) })
    .chain(({ groups, per, n, blocks, block, d }) =>
      fc.tuple(
        fc.constant(block),
        arraysOf([groups * per, n, d]),
        arraysOf([groups, blocks * block, d]),
        arraysOf([groups, blocks * block, d]),
        arraysOf([n, blocks * block]),
      ),
    );

  /** Keys or values of each head in a row, cut into blocks. */
  const inBlocks = ({ shape, data }: reference.NumberArray, block: number) => {
    const [groups, m, d] = shape as [number, number, number];
    return reference.array([m / block, groups, block, d], ([b, g, i, j]) =>
      reference.at({ shape, data }, [g!, b! * block + i!, j!]),
    );
  };

  test('heads that share keys in blocks', async () => {
    const property = fc.asyncProperty(cases, async ([block, q, k, v, mask]) => {
      const [heads, , d] = q.shape as [number, number, number];
      const [groups] = k.shape as [number];
      const inputs = {
        q: toTensor(q),
        k: toTensor(inBlocks(k, block)),
        v: toTensor(inBlocks(v, block)),
        mask: toTensor(mask),
      };
      const named = (name: keyof typeof inputs, shape: (string | number)[]) =>
        argument(name, 'float32', shape);
      const y = blockAttention(
        named('q', [heads, 'n', d]),
        named('k', ['blocks', groups, block, d]),
        named('v', ['blocks', groups, block, d]),
        { scale: 0.7, mask: named('mask', ['n', block === 1 ? 'blocks' : `${block}*blocks`]) },
      );
      expect(y.shape).toEqual([heads, 'n', d]);
      const want = reference.attention(q, k, v, 0.7, mask);
      expectClose(await numbersOf(y, inputs), want.data, { atol: 2e-5 });
    });
    await fc.assert(property, runs);
  });

  test('default scale, and keys that a causal mask hides do not count', async () => {
    const [q, k, v] = [waves(2, 3, 4), waves(2, 3, 4), waves(2, 3, 4)];
    const mask = reference.array([3, 3], ([i, j]) => (j! > i! ? -3.4e38 : 0));
    const y = attention(stored(q), stored(k), stored(v), { mask: stored(mask) });
    const want = reference.attention(q, k, v, 0.5, mask);
    expectClose(await numbersOf(y), want.data);
    const first = (await numbersOf(y)).slice(0, 4);
    expectClose(first, v.data.slice(0, 4));
  });

  test('a cache of no rows', async () => {
    const past = argument('past', 'float32', [2, 'past', 4]);
    const [q, k] = [stored(waves(2, 3, 4)), stored(waves(2, 3, 4))];
    const joined = op.concat([past, k], 1);
    const y = await numbersOf(attention(q, joined, joined), { past: tensor('float32', [2, 0, 4]) });
    expectClose(y, await numbersOf(attention(q, k, k)));
  });

  test('splitHeads and mergeHeads', async () => {
    const x = waves(3, 8);
    const heads = splitHeads(stored(x), 2);
    const want = reference.array([2, 3, 4], ([h, n, d]) => reference.at(x, [n!, h! * 4 + d!]));
    expect(await numbersOf(heads)).toEqual(want.data);
    expect(await numbersOf(mergeHeads(heads))).toEqual(x.data);
  });
});
