/**
 * Scaled dot-product attention, decomposed into matrix products and a softmax: exact, legal on every device, and the
 * fastest form measured on the CPU (4 heads, 512 rows and keys of 64, one thread: 2.5 ms; `MultiHeadAttention` and
 * one Gemm for each head 2.7 ms). ORT folds the transpose and the scale into the product (`FusedMatMul`), so that a cache of
 * keys is never transposed. Sources: arXiv 1706.03762; shared keys: arXiv 2305.13245.
 */
import { type Dim, dimDivide, dimMul } from '../dim.ts';
import { ShapeError } from '../errors.ts';
import { node } from '../node.ts';
import { add, matMul, mul, reduceSum, reshape, softmax, transpose } from '../ops/index.ts';
import type { Value } from '../value.ts';

export interface AttentionOptions {
  /** Factor of the dot products; default 1 / sqrt(d). */
  scale?: number;
  /** Added to the scores, broadcast to [h, n, m]: 0 where a key is seen, very negative where it is not. */
  mask?: Value;
}

/**
 * softmax(q · kᵀ · scale + mask) · v for each head.
 * Shapes: q [h, n, d], k [h, m, d], v [h, m, d] → [h, n, d].
 */
export function attention(q: Value, k: Value, v: Value, { scale, mask }: AttentionOptions = {}): Value {
  const factor = scale ?? 1 / Math.sqrt(Number(q.shape.at(-1)));
  const products = matMul(q, transpose(k, [0, 2, 1]));
  const scores = factor === 1 ? products : mul(products, factor);
  return matMul(softmax(mask ? add(scores, mask) : scores), v);
}

/**
 * {@link attention} in tiles by one operator of the runtime, which never holds all scores: for many rows of many heads,
 * where they would take gigabytes. On the CPU slower than products and a softmax for small pictures, 1.3 times as fast
 * for 4,000 rows and 8,000 keys of 128 (`npm run bench -- kernels`).
 * Shapes: q [h, n, d], k [h, m, d], v [h, m, d] → [h, n, d]. Sources: the operator `MultiHeadAttention` of com.microsoft;
 * arXiv 2205.14135.
 */
export function tiledAttention(
  q: Value,
  k: Value,
  v: Value,
  { scale }: Pick<AttentionOptions, 'scale'> = {},
): Value {
  const [heads, rows, width] = q.shape as [number, Dim, number];
  const query = reshape(mergeHeads(q), [1, rows, heads * width]);
  const [keys, values] = [k, v].map((each) => reshape(each, [1, ...each.shape])) as [Value, Value];
  const attributes = { num_heads: { int: heads }, scale: { float: scale ?? 1 / Math.sqrt(width) } };
  const attended = node(
    'MultiHeadAttention',
    [query, keys, values],
    attributes,
    () => ({ dtype: q.dtype, shape: query.shape }),
    'com.microsoft',
  );
  return splitHeads(reshape(attended, [rows, heads * width]), heads);
}

/**
 * Keys in one block. Not above 128: the CPU's matrix product then adds up a block in one pass, in one order. Half of that leaves
 * fewer empty places where references of 66 tokens begin at blocks of their own.
 */
export const KEY_BLOCK = 64;

/**
 * Attention where h query heads share g heads of keys and values that lie in blocks; query head j uses head
 * floor(j · g / h). Values are weighed block by block and the blocks' sums added, so that the result of a row depends on
 * the keys that it sees and on nothing else, bit by bit: not on how many rows run beside it, how many blocks there are,
 * which of them are its own, or the number of threads. A plain product over all keys cuts the sum at places that depend
 * on all of these. Holds on the CPU for h > g (tests/kernels/block-attention.test.ts).
 * Shapes: q [h, n, d], k and v [blocks, g, KEY_BLOCK, d], mask [n, KEY_BLOCK·blocks] → [h, n, d].
 * Throws: ShapeError where g does not divide h.
 */
export function blockAttention(
  q: Value,
  k: Value,
  v: Value,
  { scale, mask }: AttentionOptions & { mask: Value },
): Value {
  const [heads, rows, width] = q.shape as [number, Dim, number];
  const [blocks, groups, size] = k.shape as [Dim, number, number];
  const perGroup = dimDivide(heads, groups);
  if (perGroup === undefined)
    throw new ShapeError(`blockAttention(${q}, ${k}, ${v}): Expected key heads to divide query heads`);
  const grouped = dimMul(perGroup, rows);
  const factor = scale ?? 1 / Math.sqrt(width);
  const stacked = reshape(q, [1, groups, grouped, width]);
  const scores = mul(matMul(stacked, transpose(k, [0, 1, 3, 2])), factor);
  const rowWise = reshape(transpose(scores, [1, 2, 0, 3]), [heads, rows, dimMul(size, blocks)]);
  const weights = reshape(softmax(add(rowWise, mask)), [groups, grouped, blocks, size]);
  const sums = matMul(transpose(weights, [2, 0, 1, 3]), v);
  return reshape(reduceSum(sums, { axes: [0], keepDims: false }), [heads, rows, width]);
}

/** Rows of all heads side by side, taken apart. Shapes: [n, h·d] → [h, n, d]. */
export function splitHeads(x: Value, heads: number): Value {
  const [rows, width] = x.shape;
  const perHead = x.rank === 2 ? dimDivide(width!, heads) : undefined;
  if (perHead === undefined) {
    throw new ShapeError(
      `splitHeads(${x}; heads=${heads}): Expected [n, h·d] with a width that is a multiple of heads`,
    );
  }
  return transpose(reshape(x, [rows!, heads, perHead]), [1, 0, 2]);
}

/** The opposite of `splitHeads`. Shapes: [h, n, d] → [n, h·d]. */
export function mergeHeads(x: Value): Value {
  const [heads, rows, perHead] = x.shape;
  return reshape(transpose(x, [1, 0, 2]), [rows!, dimMul(heads!, perHead!)]);
}
