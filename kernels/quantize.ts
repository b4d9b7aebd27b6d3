/**
 * Weights to codes and scales, some rows at a time, in the arithmetic of float32: the same codes that the operators of
 * layers/quantized-linear.ts fold to. Pure.
 */

/** Bits of a code. */
export type CodeBits = 4 | 8;

/** The code of a weight of zero, of unsigned codes. */
export const MIDDLE: Readonly<Record<CodeBits, number>> = { 4: 8, 8: 128 };
/** The largest code of 8 bits, counted from the middle. */
export const LARGEST = 127;
/** Scale of weights that are zero everywhere. */
export const TINY = 1e-20;
/**
 * Weights that share a scale, largest first. With more of them a row's bits depend on the other rows beside it: with 128 of 8 bits, and
 * with 64 of 4 bits, where one row alone is multiplied by another kernel.
 */
const BLOCKS: Readonly<Record<CodeBits, readonly number[]>> = { 8: [64, 32, 16], 4: [32, 16] };

/** Weights of a row that share a scale; undefined where no block divides a row. */
export const blockOf = (inputs: number, bits: CodeBits): number | undefined =>
  BLOCKS[bits].find((size) => inputs % size === 0);

/** Rows [count, inputs] in blocks: codes as bytes, the first of a byte in its lower bits, and one scale a block. */
export interface CodedRows {
  codes: Uint8Array;
  scales: Float32Array;
}

const { fround } = Math;

/**
 * Codes of rows in blocks of `block` weights. With `importance`, how much the square of an error of each input counts [i], the scale of a
 * block is the best of several; without, the one at which its largest weight is the last code.
 * Shapes: rows [n, i] → codes [n, i / block, bytes of a block], scales [n, i / block].
 */
export function quantizeBlocks(
  rows: Float32Array,
  block: number,
  bits: CodeBits,
  importance?: Float32Array,
): CodedRows {
  const count = rows.length / block;
  const codes = new Uint8Array((rows.length * bits) / 8);
  const scales = new Float32Array(count);
  for (let at = 0; at < count; at++) {
    const from = at * block;
    const plain =
      bits === 8 ? evenScale(rows, from, from + block, LARGEST) : uneven(rows, from, from + block);
    const scale = importance ? bestScale(rows, from, block, bits, plain, importance) : plain;
    scales[at] = scale;
    if (bits === 8) codeBytes(rows, from, block, scale, codes);
    else codeHalves(rows, from, block, scale, codes);
  }
  return { codes, scales };
}

/** Codes of rows with one scale each. Shapes: rows [n, inputs] → codes [n, inputs] int8, scales [n]. */
export function quantizeRows(rows: Float32Array, inputs: number): { codes: Int8Array; scales: Float32Array } {
  const count = rows.length / inputs;
  const codes = new Int8Array(rows.length);
  const scales = new Float32Array(count);
  for (let row = 0; row < count; row++) {
    const end = (row + 1) * inputs;
    const scale = evenScale(rows, row * inputs, end, LARGEST);
    scales[row] = scale;
    for (let i = row * inputs; i < end; i++) codes[i] = Math.floor(fround(fround(rows[i]! / scale) + 0.5));
  }
  return { codes, scales };
}

/** The step at which the largest number is the largest code on either side. */
function evenScale(numbers: Float32Array, from: number, to: number, largest: number): number {
  let most = 0;
  for (let i = from; i < to; i++) {
    const size = Math.abs(numbers[i]!);
    if (size > most) most = size;
  }
  return Math.max(fround(fround(most) / largest), fround(TINY));
}

/**
 * The step at which the number of the largest size is the code 0, which lies one further from the middle than the other end: one code
 * in sixteen would else be left out. Negative where that number is positive.
 */
function uneven(numbers: Float32Array, from: number, to: number): number {
  let most = 0;
  for (let i = from; i < to; i++) if (Math.abs(numbers[i]!) > Math.abs(most)) most = numbers[i]!;
  return most === 0 ? fround(TINY) : fround(most / -MIDDLE[4]);
}

/** Shares of the plain scale that are tried. */
const SHARES = [0.84, 0.92, 1, 1.08];

/** The scale of a block with the least sum of weighted squares of errors, among shares of the plain one and the best fit to their codes. */
function bestScale(
  rows: Float32Array,
  from: number,
  block: number,
  bits: CodeBits,
  plain: number,
  importance: Float32Array,
): number {
  const [middle, last] = [MIDDLE[bits], 2 ** bits - 1];
  const first = from % importance.length;
  /** The sums over the codes at a scale: error, and what the best fit needs. */
  const tried = (scale: number) => {
    let [error, fit, size] = [0, 0, 0];
    for (let i = 0; i < block; i++) {
      const value = rows[from + i]!;
      const code = Math.min(last, Math.max(0, Math.floor(value / scale + middle + 0.5))) - middle;
      const weight = importance[first + i]!;
      error += weight * (value - code * scale) ** 2;
      fit += weight * value * code;
      size += weight * code * code;
    }
    return { error, fitted: size > 0 ? fround(fit / size) : scale };
  };
  let best = { scale: plain, error: tried(plain).error };
  for (const share of SHARES) {
    const { fitted } = tried(fround(plain * share));
    if (fitted === 0) continue;
    const { error } = tried(fitted);
    if (error < best.error) best = { scale: fitted, error };
  }
  return best.scale;
}

function codeBytes(rows: Float32Array, from: number, block: number, scale: number, codes: Uint8Array): void {
  for (let i = from; i < from + block; i++)
    codes[i] = Math.min(255, Math.max(0, Math.floor(fround(fround(rows[i]! / scale) + (MIDDLE[8] + 0.5)))));
}

function codeHalves(rows: Float32Array, from: number, block: number, scale: number, codes: Uint8Array): void {
  const code = (i: number) => Math.min(15, Math.max(0, Math.floor(rows[i]! / scale + (MIDDLE[4] + 0.5))));
  for (let i = from; i < from + block; i += 2) codes[i / 2] = code(i) | (code(i + 1) << 4);
}
