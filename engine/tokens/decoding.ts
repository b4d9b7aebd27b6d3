/**
 * Decode of the tokens of one picture, several to a forward pass by speculation: known tokens (kept from a target, or sampled
 * before a break) are only read; proposed ones are read and then decided by the logits before them, and the first rejected one
 * discards the rows after it. A decision depends on the tokens before it and on a random number of its own place, so proposals
 * change the time that decode takes and nothing else.
 * Knows no model: it yields inputs of forward passes and is given their logits. Sources: speculative decoding, arXiv 2211.17192;
 * proposals from the decisions after a rejected one, speculative Jacobi decoding, arXiv 2410.01699.
 */
import type { Positions, Sequence, SequenceInput } from '../model/sequence.ts';

/** Rows of known tokens that are read at once. */
const KNOWN_ROWS = 128;
/**
 * Proposals to a forward pass: the most, unless the first one was rejected; then fewer each time. Wide, because the decisions
 * after a rejected proposal are the next proposals, and a row more costs a fifteenth of a forward pass.
 */
const MOST_PROPOSED = 10;
const FEWEST_PROPOSED = 4;
const FEWER = 0.7;

export interface DecodingTask {
  sequence: Sequence;
  /** Of every token to decide. */
  positions: Positions;
  total: number;
  /** Decides a token by the logits before it. */
  sample: (logits: Float32Array, index: number) => number;
  /** The token at an index where it is given. */
  known: (index: number) => number | undefined;
  /** A token that may well be decided at an index, by the tokens decided so far and the one before it, decided or proposed. */
  propose: (index: number, decided: Int32Array, before: number) => number | undefined;
  /** False: one row at a time, for a model that is not batch invariant (model/batch-invariance.ts). */
  speculate: boolean;
  /** Counts proposals. */
  speculated: { proposed: number; accepted: number };
}

/** The next forward pass of a decoding, and the tokens decided so far. */
export interface DecodingStep {
  input: SequenceInput;
  decided: Int32Array;
}

/** Tokens being decided: yields inputs of forward passes, is given their logits, returns all tokens. */
export type Decoding = Generator<DecodingStep, Int32Array, Float32Array[]>;

/**
 * Decides all tokens. `first` are the logits after the prompt; each yield is answered with the logits that its input wants.
 * Returns the tokens. Tokens behind the last unknown one are never read.
 */
export function* decodeTokens(task: DecodingTask, first: Float32Array): Decoding {
  const { sequence, positions, total, sample, known, speculated } = task;
  const ids = Int32Array.from({ length: total }, (_, i) => known(i) ?? 0);
  const end = lastUnknown(task) + 1;
  if (known(0) === undefined) ids[0] = sample(first, 0);
  let decided = 1;
  let most = MOST_PROPOSED;
  const rejected = new Map<number, Float32Array>();
  const propose = (index: number, _: Int32Array, before: number): number | undefined => {
    const logits = rejected.get(index);
    return logits ? sample(logits, index) : task.propose(index, ids, before);
  };
  while (decided < end) {
    const from = decided - 1;
    const window = windowOf({ ...task, propose }, ids, from, end, most);
    const wanted = window.flatMap((_, row) => (known(from + 1 + row) === undefined ? [row] : []));
    const axes = positions.map((axis) => axis.slice(from, from + window.length)) as Positions;
    const rows = yield {
      input: { sequence, ids: window, positions: axes, wanted },
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
          speculated.proposed += 1;
          if (!wrong) speculated.accepted += 1;
        }
      }
      read += 1;
    }
    // Logits after a rejected proposal follow nearly the right tokens, so what they decide is proposed next.
    for (let index = from + 1 + read; next < rows.length; index++)
      if (known(index) === undefined) rejected.set(index, rows[next++]!);
    sequence.advance(read);
    decided = from + 1 + read;
    most = wrong && read === 1 ? Math.max(FEWEST_PROPOSED, Math.floor(most * FEWER)) : MOST_PROPOSED;
  }
  return ids;
}

function lastUnknown({ total, known }: DecodingTask): number {
  let index = total - 1;
  while (index >= 0 && known(index) !== undefined) index--;
  return index;
}

/** Tokens of the next forward pass: the decided one at `from`, then known and proposed ones, as long as there is a token after them to decide. */
function windowOf(
  { known, propose, speculate }: DecodingTask,
  ids: Int32Array,
  from: number,
  end: number,
  mostProposed: number,
): number[] {
  const window = [ids[from]!];
  if (!speculate) return window;
  let proposals = 0;
  for (let index = from + 1; index < end - 1 && window.length < KNOWN_ROWS; index++) {
    const given = known(index);
    const id = given ?? (proposals < mostProposed ? propose(index, ids, window.at(-1)!) : undefined);
    if (id === undefined) break;
    if (given === undefined) proposals += 1;
    window.push(id);
  }
  return window;
}
