/**
 * The tokens of one picture, one decision after the other, several to a forward where some can be told ahead: known ones
 * (kept from a target, or sampled before a break) are only read, guessed ones are read and then decided by their own
 * logits, and the first wrong guess throws away what was read after it. A decision depends on the tokens before it and on
 * a random number of its own place, so guesses change the time that it takes and nothing else.
 * Knows no model: it yields what to feed and is handed logits. Sources: speculative decoding, arXiv 2211.17192; guesses from
 * the decisions after a wrong guess, speculative Jacobi decoding, arXiv 2410.01699.
 */

import type { TokenFeed } from '../model/model-runner.ts';
import type { Sequence } from '../model/kv-cache.ts';
import type { Positions } from './prompt.ts';

/** Rows of known tokens that are read at once. */
const KNOWN_ROWS = 128;
/**
 * Guesses to a forward: the most, unless the first was wrong; then fewer each time. Wide, because what is decided after a
 * wrong guess is the next guess, and a row more costs a fifteenth of a forward.
 */
const MOST_GUESSES = 10;
const FEWEST_GUESSES = 4;
const FEWER = 0.7;

export interface DecodingTask {
  sequence: Sequence;
  /** Of every token to decide. */
  positions: Positions;
  total: number;
  /** Decides a token by the logits before it. */
  sample: (logits: Float32Array, index: number) => number;
  /** A token that is decided already. */
  known: (index: number) => number | undefined;
  /** What a token may well be, by its index, the tokens decided so far, and the one before it, decided or guessed. */
  guess: (index: number, decided: Int32Array, before: number) => number | undefined;
  /** False: one row at a time, where rows that run together are not the same bits as alone. */
  together: boolean;
  /** Counts guesses. */
  drafted: { guessed: number; right: number };
}

/** What a decoding wants read next, and the tokens decided so far. */
export interface DecodingStep {
  feed: TokenFeed;
  decided: Int32Array;
}

/** Tokens being decided: yields what to feed, is handed the logits, returns all tokens. */
export type Decoding = Generator<DecodingStep, Int32Array, Float32Array[]>;

/**
 * Decides all tokens. `first` are the logits after the prompt; each yield is answered with the logits that it wants.
 * Returns the tokens. Tokens behind the last unknown one are never read.
 */
export function* decodeTokens(task: DecodingTask, first: Float32Array): Decoding {
  const { sequence, positions, total, sample, known, drafted } = task;
  const ids = Int32Array.from({ length: total }, (_, i) => known(i) ?? 0);
  const end = lastUnknown(task) + 1;
  if (known(0) === undefined) ids[0] = sample(first, 0);
  let decided = 1;
  let most = MOST_GUESSES;
  const nearly = new Map<number, Float32Array>();
  const guess = (index: number, _: Int32Array, before: number): number | undefined => {
    const logits = nearly.get(index);
    return logits ? sample(logits, index) : task.guess(index, ids, before);
  };
  while (decided < end) {
    const from = decided - 1;
    const window = windowOf({ ...task, guess }, ids, from, end, most);
    const wanted = window.flatMap((_, row) => (known(from + 1 + row) === undefined ? [row] : []));
    const axes = positions.map((axis) => axis.slice(from, from + window.length)) as Positions;
    const rows = yield {
      feed: { sequence, ids: window, positions: axes, wanted },
      decided: ids.slice(0, decided),
    };
    let read = 0;
    let next = 0;
    let wrong = false;
    while (read < window.length && !wrong) {
      const index = from + 1 + read;
      if (known(index) === undefined) {
        ids[index] = sample(rows[next++]!, index);
        if (read + 1 < window.length) {
          wrong = window[read + 1] !== ids[index];
          drafted.guessed += 1;
          if (!wrong) drafted.right += 1;
        }
      }
      read += 1;
    }
    // What follows a wrong guess was decided by nearly the right tokens: the next guesses.
    for (let index = from + 1 + read; next < rows.length; index++)
      if (known(index) === undefined) nearly.set(index, rows[next++]!);
    sequence.advance(read);
    decided = from + 1 + read;
    most = wrong && read === 1 ? Math.max(FEWEST_GUESSES, Math.floor(most * FEWER)) : MOST_GUESSES;
  }
  return ids;
}

function lastUnknown({ total, known }: DecodingTask): number {
  let index = total - 1;
  while (index >= 0 && known(index) !== undefined) index--;
  return index;
}

/** The token at `from`, decided, and those after it that are known or guessed, up to the last that decides one. */
function windowOf(
  { known, guess, together }: DecodingTask,
  ids: Int32Array,
  from: number,
  end: number,
  mostGuesses: number,
): number[] {
  const window = [ids[from]!];
  if (!together) return window;
  let guesses = 0;
  for (let index = from + 1; index < end - 1 && window.length < KNOWN_ROWS; index++) {
    const sure = known(index);
    const id = sure ?? (guesses < mostGuesses ? guess(index, ids, window.at(-1)!) : undefined);
    if (id === undefined) break;
    if (sure === undefined) guesses += 1;
    window.push(id);
  }
  return window;
}
