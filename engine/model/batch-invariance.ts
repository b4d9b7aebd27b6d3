/**
 * Whether the language model is batch invariant on this device: whether it gives a row the same bits whatever other rows run
 * in the same forward pass. Tried once, with a few tokens. On a device where it is not, sequences run alone and one token at a
 * time: slower, and cached rows still equal computed ones.
 */
import { KEY_BLOCK } from '../../kernels/index.ts';
import type { ModelRunner } from './model-runner.ts';
import { type Positions, PREFILL_CHUNK, Sequence, type SequenceInput } from './sequence.ts';

type LanguageModelRunner = Pick<ModelRunner, 'newKVCache' | 'forward'>;

/** Tokens compared. More than a block, so that the second one is seen too. */
const TOKENS = KEY_BLOCK + 3;

/** Ids that the compared tokens run through; every checkpoint has as many. */
const IDS = 16;

/** A way to read tokens: in which chunks, and with how many rows of another sequence beside each. */
interface Reading {
  chunks: readonly number[];
  beside: number;
}

/**
 * The ways in which requests read: a chunk of prefill, of which the first rows are compared; one row or a few beside rows of
 * another sequence; rows alone, as when one picture decodes its tokens.
 */
const READINGS: readonly Reading[] = [
  { chunks: [PREFILL_CHUNK], beside: 0 },
  { chunks: [1, KEY_BLOCK - 2, 1, 2, 1], beside: 2 },
  { chunks: [1, 1, KEY_BLOCK - 2, 1, 1, 1], beside: 0 },
];

/** Reads the same tokens in several ways and compares the logits after each of them. */
export async function isBatchInvariant(runner: LanguageModelRunner): Promise<boolean> {
  let first: Float32Array[] | undefined;
  for (const reading of READINGS) {
    const logits = await read(runner, reading);
    first ??= logits;
    if (!logits.every((row, i) => sameBits(row, first![i]!))) return false;
  }
  return true;
}

/** Logits after each of the tokens compared. */
async function read(runner: LanguageModelRunner, { chunks, beside }: Reading): Promise<Float32Array[]> {
  const kvCache = runner.newKVCache();
  const [other, sequence] = [new Sequence(kvCache), new Sequence(kvCache)];
  const logits: Float32Array[] = [];
  let from = 0;
  for (const count of chunks) {
    const others = beside > 0 ? [inputOf(other, 0, beside)] : [];
    const answers = await runner.forward(kvCache, [...others, inputOf(sequence, from, count)]);
    logits.push(...answers.at(-1)!);
    sequence.advance(count);
    from += count;
  }
  return logits;
}

const sameBits = (a: Float32Array, b: Float32Array): boolean => a.every((value, i) => Object.is(value, b[i]));

function inputOf(sequence: Sequence, from: number, count: number): SequenceInput {
  const ids = Array.from({ length: count }, (_, i) => (from + i) % IDS);
  const axis = Array.from({ length: count }, (_, i) => from + i);
  const positions: Positions = [axis, axis, axis];
  const compared = Math.min(count, TOKENS - from);
  return { sequence, ids, positions, wanted: [...new Array(compared).keys()] };
}
