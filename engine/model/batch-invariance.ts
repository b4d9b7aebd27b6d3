/**
 * Whether the language model gives a row the same bits whatever runs beside it on this device: tried once, with a few
 * tokens. Where it does not, requests are served one row at a time: slower, and still the same for cached and fresh.
 */
import { KEY_BLOCK } from '../../kernels/index.ts';
import type { ModelRunner, TokenFeed } from './model-runner.ts';
import type { Sequence } from './kv-cache.ts';
import type { Positions } from '../tokens/prompt.ts';

/** What runs the language model. */
type Reader = Pick<ModelRunner, 'newPool' | 'feedTokens'>;

/** Tokens compared. More than a block, so that the second one is seen too. */
const TOKENS = KEY_BLOCK + 3;

/** A way to read tokens: in which chunks, and with how many rows of another sequence beside each. */
interface Reading {
  chunks: readonly number[];
  beside: number;
}

/**
 * All that requests do: a chunk as long as those of text (prior.ts), of which the first rows are compared; a row or a few in
 * company; rows alone, as one picture decides its tokens.
 */
const READINGS: readonly Reading[] = [
  { chunks: [512], beside: 0 },
  { chunks: [1, KEY_BLOCK - 2, 1, 2, 1], beside: 2 },
  { chunks: [1, 1, KEY_BLOCK - 2, 1, 1, 1], beside: 0 },
];

/** Reads the same tokens in several ways and compares the logits after each of them. */
export async function rowsAreExact(runner: Reader): Promise<boolean> {
  let first: Float32Array[] | undefined;
  for (const reading of READINGS) {
    const logits = await read(runner, reading);
    first ??= logits;
    if (!logits.every((row, i) => sameBits(row, first![i]!))) return false;
  }
  return true;
}

/** Logits after each of the tokens compared. */
async function read(runner: Reader, { chunks, beside }: Reading): Promise<Float32Array[]> {
  const pool = runner.newPool();
  const [other, sequence] = [pool.newSequence(), pool.newSequence()];
  const logits: Float32Array[] = [];
  let from = 0;
  for (const count of chunks) {
    const company = beside > 0 ? [feedOf(other, 0, beside)] : [];
    const answers = await runner.feedTokens(pool, [...company, feedOf(sequence, from, count)]);
    logits.push(...answers.at(-1)!);
    sequence.advance(count);
    from += count;
  }
  return logits;
}

const sameBits = (a: Float32Array, b: Float32Array): boolean => a.every((value, i) => Object.is(value, b[i]));

function feedOf(sequence: Sequence, from: number, count: number): TokenFeed {
  const ids = Array.from({ length: count }, (_, i) => (from + i) % 16);
  const axis = Array.from({ length: count }, (_, i) => from + i);
  const positions: Positions = [axis, axis, axis];
  const compared = Math.min(count, TOKENS - from);
  return { sequence, ids, positions, wanted: [...new Array(compared).keys()] };
}
