/**
 * What every device must compute: the forms that models use, on tiny inputs, with results from plain loops.
 * Knows no device; `devices.test.ts` runs it on each.
 */
import {
  applyRope,
  argument,
  attention,
  blockAttention,
  constant,
  conv2d,
  embedding,
  groupNorm,
  layerNorm,
  linear,
  op,
  rmsNorm,
  ropeTable,
  type Tensors,
  tensor,
  tiledAttention,
  upsampleNearest2x,
  type Value,
} from '../../kernels/index.ts';
import { toTensor } from './arbitraries.ts';
import * as reference from './reference.ts';

export interface ContractCase {
  value: Value;
  inputs: Tensors;
  want: number[];
}

const waves = (...shape: number[]) =>
  reference.array(shape, (index) =>
    Math.fround(Math.sin(index.reduce((sum, i) => sum * 7.3 + i + 1, shape.length))),
  );
const stored = (x: reference.NumberArray): Value => constant(x.data, { shape: x.shape });

const stored64 = (places: number[][]): Value =>
  constant(places.flat(), { dtype: 'int64', shape: [places.length, places[0]!.length] });

const x = waves(3, 8);
const rows = argument('x', 'float32', ['n', 8]);
const inputs = { x: toTensor(x) };
const map = waves(1, 4, 4, 4);
const pixels = argument('map', 'float32', [1, 4, 'H', 'W']);
const [q, k] = [waves(4, 3, 4), waves(2, 5, 4)];
const mask = reference.array([3, 5], ([i, j]) => (j! > i! + 2 ? -1e9 : 0));
const heads = {
  q: argument('q', 'float32', [4, 'n', 4]),
  k: argument('k', 'float32', ['blocks', 2, 5, 4]),
  mask: argument('mask', 'float32', ['n', '5*blocks']),
};
const headInputs = { q: toTensor(q), k: tensor('float32', [1, 2, 5, 4], k.data), mask: toTensor(mask) };

function normalRow(row: number[]): number[] {
  const scale = 1 / Math.sqrt(reference.variance(row) + 1e-5);
  return row.map((value) => (value - reference.mean(row)) * scale);
}

function rmsRow(row: number[]): number[] {
  const scale = 1 / Math.sqrt(reference.mean(row.map((value) => value ** 2)) + 1e-5);
  return row.map((value) => value * scale);
}

function ropeCase(): ContractCase {
  const { cos, sin } = ropeTable({ positions: [[0, 1, 2]], rotaryDim: 2 });
  const want = reference.array([4, 3, 4], ([h, n, d]) => {
    const [a, b] = [reference.at(q, [h!, n!, 0]), reference.at(q, [h!, n!, 1])];
    if (d === 0) return a * Math.cos(n!) - b * Math.sin(n!);
    return d === 1 ? b * Math.cos(n!) + a * Math.sin(n!) : reference.at(q, [h!, n!, d!]);
  });
  const table = (name: string) => argument(name, 'float32', ['n', 2]);
  return {
    value: applyRope(heads.q, table('cos'), table('sin')),
    inputs: { q: toTensor(q), cos, sin },
    want: want.data,
  };
}

/** Each case by name. */
export const contract: Record<string, ContractCase> = {
  linear: {
    value: linear(rows, stored(waves(5, 8)), stored(waves(5))),
    inputs,
    want: reference.array([3, 5], ([n, o]) => {
      const weight = waves(5, 8);
      return x.data
        .slice(n! * 8, n! * 8 + 8)
        .reduce((sum, v, i) => sum + v * weight.data[o! * 8 + i]!, waves(5).data[o!]!);
    }).data,
  },
  'activations and broadcasting': {
    value: op.add(op.gelu(rows), op.mul(op.gelu(op.neg(rows), { approximate: 'tanh' }), stored(waves(8)))),
    inputs,
    want: x.data.map((v, i) => reference.gelu(v) + reference.geluTanh(-v) * waves(8).data[i % 8]!),
  },
  softmax: { value: op.softmax(rows), inputs, want: reference.rows(x, reference.softmax).data },
  layerNorm: { value: layerNorm(rows), inputs, want: reference.rows(x, normalRow).data },
  rmsNorm: {
    value: rmsNorm(rows, stored(waves(8)), { eps: 1e-5 }),
    inputs,
    want: reference.rows(x, rmsRow).data.map((value, i) => value * waves(8).data[i % 8]!),
  },
  groupNorm: {
    value: groupNorm(pixels, { groups: 2, weight: stored(waves(4)), bias: stored(waves(4)), eps: 1e-5 }),
    inputs: { map: toTensor(map) },
    want: reference
      .rows({ shape: [2, 32], data: map.data }, normalRow)
      .data.map((value, i) => (value + 1) * waves(4).data[Math.floor(i / 16)]!),
  },
  'convolution and upsampling': {
    value: upsampleNearest2x(
      conv2d(pixels, stored(waves(2, 4, 3, 3)), { bias: stored(waves(2)), padding: 1 }),
    ),
    inputs: { map: toTensor(map) },
    want: (() => {
      const small = reference.conv(map, waves(2, 4, 3, 3), waves(2), { stride: 1, pads: [1, 1, 1, 1] });
      return reference.array([1, 2, 8, 8], ([n, c, h, w]) => reference.at(small, [n!, c!, h! >> 1, w! >> 1]))
        .data;
    })(),
  },
  attention: {
    value: attention(heads.q, heads.q, heads.q),
    inputs: { q: toTensor(q) },
    want: reference.attention(q, q, q, 0.5).data,
  },
  'attention in tiles': {
    value: tiledAttention(heads.q, heads.q, heads.q),
    inputs: { q: toTensor(q) },
    want: reference.attention(q, q, q, 0.5).data,
  },
  'attention over blocks of shared keys with a mask': {
    value: blockAttention(heads.q, heads.k, heads.k, { mask: heads.mask }),
    inputs: headInputs,
    want: reference.attention(q, k, k, 0.5, mask).data,
  },
  'slices placed by index': {
    value: op.scatterNd(
      rows,
      stored64([
        [2, 1],
        [0, 7],
      ]),
      constant([5, 6]),
    ),
    inputs,
    want: x.data.map((value, i) => (i === 17 ? 5 : i === 7 ? 6 : value)),
  },
  rope: ropeCase(),
  'embedding and sizes from names': {
    value: op.reshape(embedding(stored(waves(6, 4)), argument('ids', 'int32', ['n'])), [2, '2*n']),
    inputs: { ids: tensor('int32', [2], [5, 1]) },
    want: [5, 1].flatMap((id) => waves(6, 4).data.slice(id * 4, id * 4 + 4)),
  },
  'float16 weights': {
    value: linear(rows, op.cast(constant(waves(2, 8).data, { shape: [2, 8], dtype: 'float16' }), 'float32')),
    inputs,
    want: reference.array([3, 2], ([n, o]) => {
      const weight = Float16Array.from(waves(2, 8).data);
      return x.data.slice(n! * 8, n! * 8 + 8).reduce((sum, v, i) => sum + v * weight[o! * 8 + i]!, 0);
    }).data,
  },
};
