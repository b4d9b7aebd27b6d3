/**
 * Whether the language model gives a row the same bits whatever runs beside it on this device: tried once, with a few
 * tokens. Where it does not, requests are served one row at a time: slower, and still the same for cached and fresh.
 */
import { KEY_BLOCK } from '../kernels/index.ts';
import type { Sequence } from './kv-pool.ts';
import type { ModelRunner, TokenFeed } from './model-runner.ts';
import type { Positions } from './prompt.ts';

/** More than a block, so that the second one is seen too. */
const TOKENS = KEY_BLOCK + 3;
const CHUNKS = [[TOKENS], [1, KEY_BLOCK - 2, 1, 2, 1]];

/** Reads the same tokens in other chunks, beside others, and compares. */
export async function rowsAreExact(runner: ModelRunner): Promise<boolean> {
  const results: Float32Array[] = [];
  for (const chunks of CHUNKS) {
    const pool = runner.newPool();
    const beside = pool.newSequence();
    const sequence = pool.newSequence();
    let from = 0;
    let logits = new Float32Array();
    for (const count of chunks) {
      const others = chunks.length > 1 ? [feedOf(beside, 0, 2)] : [];
      const read = await runner.feedTokens(pool, [...others, feedOf(sequence, from, count)]);
      logits = read.at(-1)![0] as Float32Array<ArrayBuffer>;
      sequence.advance(count);
      from += count;
    }
    results.push(logits);
  }
  return results.every((logits) => logits.every((value, i) => Object.is(value, results[0]![i])));
}

function feedOf(sequence: Sequence, from: number, count: number): TokenFeed {
  const ids = Array.from({ length: count }, (_, i) => (from + i) % 16);
  const axis = Array.from({ length: count }, (_, i) => from + i);
  const positions: Positions = [axis, axis, axis];
  return { sequence, ids, positions, wanted: [count - 1] };
}
