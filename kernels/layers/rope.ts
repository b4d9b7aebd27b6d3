/**
 * Rotary position embedding over one or more axes. The tables are made on the host in double precision and rounded
 * once to float32; the rotation is half-split: dimensions d and d + rotaryDim / 2 make a pair.
 * Source: arXiv 2104.09864 (rope), arXiv 2409.12191 (sections of axes, M-RoPE).
 */
import { ShapeError } from '../errors.ts';
import { node } from '../node.ts';
import { reshape, slice } from '../ops/index.ts';
import { constant } from '../source.ts';
import { type Tensor, tensor } from '../tensor.ts';
import type { Value } from '../value.ts';

export interface RopeOptions {
  /** A position for each axis and row: [axes][n]. */
  positions: readonly (readonly number[])[];
  /** Number of dimensions that are rotated; even. */
  rotaryDim: number;
  /** Base of the frequencies; default 10,000. */
  theta?: number;
  /**
   * How the rotaryDim / 2 angles are shared out among the axes, in order; they add up to it.
   * Default: equal parts.
   */
  sections?: readonly number[];
  /**
   * `shared`: one row of frequencies theta^(-2i / rotaryDim) runs through all sections (M-RoPE of language models).
   * `each`: every section starts again with its own theta^(-i / section) (two-dimensional rope of image models).
   */
  frequencies?: 'shared' | 'each';
}

/**
 * Cosines and sines of all rows.
 * Shapes: cos and sin [n, rotaryDim], both halves equal.
 * Throws: RangeError where sections do not fit rotaryDim or axes differ in length.
 */
export function ropeTable({
  positions,
  rotaryDim,
  theta = 10000,
  sections,
  frequencies = 'shared',
}: RopeOptions): {
  cos: Tensor;
  sin: Tensor;
} {
  const half = rotaryDim / 2;
  const parts = sections ?? positions.map(() => half / positions.length);
  const rows = positions[0]?.length ?? 0;
  if (
    parts.length !== positions.length ||
    parts.reduce((a, b) => a + b, 0) !== half ||
    !parts.every(Number.isInteger)
  ) {
    throw new RangeError(
      `Expected a section for each of ${positions.length} axes, ${half} angles in all, got [${parts}]`,
    );
  }
  if (positions.some((axis) => axis.length !== rows)) {
    throw new RangeError(
      `Expected as many positions on each axis, got ${positions.map((axis) => axis.length)}`,
    );
  }
  const angles = parts.flatMap((size, axis) =>
    Array.from({ length: size }, (_, i) => ({ axis, exponent: frequencies === 'each' ? i / size : 0 })),
  );
  const cos = new Float32Array(rows * rotaryDim);
  const sin = new Float32Array(rows * rotaryDim);
  angles.forEach(({ axis, exponent }, i) => {
    const frequency = theta ** -(frequencies === 'each' ? exponent : i / half);
    // The rows of a grid share few positions on each axis.
    const first = new Map<number, number>();
    for (let row = 0; row < rows; row++) {
      const position = positions[axis]![row]!;
      const at = row * rotaryDim + i;
      const same = first.get(position);
      cos[at] = same === undefined ? Math.cos(position * frequency) : cos[same]!;
      sin[at] = same === undefined ? Math.sin(position * frequency) : sin[same]!;
      if (same === undefined) first.set(position, at);
      cos[at + half] = cos[at]!;
      sin[at + half] = sin[at]!;
    }
  });
  return { cos: tensor('float32', [rows, rotaryDim], cos), sin: tensor('float32', [rows, rotaryDim], sin) };
}

/**
 * Rotates the first rotaryDim dimensions of each row by its angles; the others pass through. One operator of the runtime: the
 * same in products and sums takes eight, and on the CPU a third of a block's elementwise time.
 * Shapes: x [n, d] or [h, n, d], cos and sin [n, rotaryDim] → as x.
 * Source: the operator `RotaryEmbedding` of com.microsoft.
 */
export function applyRope(x: Value, cos: Value, sin: Value): Value {
  const width = x.shape.at(-1);
  const rotaryDim = cos.shape.at(-1);
  if (
    typeof width !== 'number' ||
    typeof rotaryDim !== 'number' ||
    rotaryDim > width ||
    rotaryDim % 2 === 1
  ) {
    throw new ShapeError(`applyRope(${x}, ${cos}, ${sin}): Expected an even rotaryDim up to the width of x`);
  }
  if (x.rank !== 2 && x.rank !== 3)
    throw new ShapeError(`applyRope(${x}, ${cos}, ${sin}): Expected x [n, d] or [h, n, d]`);
  const [heads, rows] = x.rank === 2 ? [1, x.shape[0]!] : x.shape;
  const from = constant([0], { dtype: 'int64' });
  // Both halves of the tables are equal; the operator takes one.
  const [halfCos, halfSin] = [cos, sin].map((table) => slice(table, 1, 0, rotaryDim / 2)) as [Value, Value];
  const batch = reshape(x, [1, heads!, rows!, width]);
  const attributes = {
    interleaved: { int: 0 },
    rotary_embedding_dim: { int: rotaryDim === width ? 0 : rotaryDim },
    num_heads: { int: rotaryDim === width ? 0 : Number(heads) },
  };
  const rotated = node(
    'RotaryEmbedding',
    [batch, from, halfCos, halfSin],
    attributes,
    () => ({ dtype: x.dtype, shape: batch.shape }),
    'com.microsoft',
  );
  return reshape(rotated, x.shape);
}
