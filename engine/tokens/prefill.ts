/**
 * Prefill: the prompt goes through the language model, as far as its keys and values are not in the prefix cache, and leaves a
 * sequence that any number of pictures continue.
 */
import type { Encoding } from '../cache/reference-cache.ts';
import { type Positions, PREFILL_CHUNK, Sequence } from '../model/sequence.ts';
import type { RequestContext } from '../schedule/request-context.ts';
import { generatedPositions, promptPositions } from './positions.ts';
import { type BuiltPrompt, substituteReferences } from './prompt.ts';

/** More than a side of any grid has tokens, so that a height and a width make one number. */
const MORE_THAN_A_SIDE = 2 ** 15;

/** A prompt as the language model reads it. */
export interface TokenizedPrompt {
  ids: Int32Array;
  positions: Positions;
  /** Positions of the tokens to generate. */
  generated: Positions;
  /** Index after each segment: pieces of each reference with its end token, then of the text. */
  segmentEnds: number[];
  /** Index after the last reference. */
  referencesEnd: number;
  /**
   * Cache keys of the tokens: equal keys at equal places mean equal keys and values. The ids, but for a reference's start token,
   * whose key holds the size of its grid too, because positions depend on it.
   */
  keys: Int32Array;
}

/** Puts the references' ids into a prompt and works out its positions and segments. */
export function tokenizedPrompt(
  { runner }: RequestContext,
  prompt: BuiltPrompt,
  references: readonly Pick<Encoding, 'grid' | 'semanticIds'>[],
): TokenizedPrompt {
  const { image_token_id, image_start_token_id, image_end_token_id } =
    runner.checkpoint.config.visionLanguage;
  const referenceIds = references.flatMap(({ semanticIds }) => Array.from(semanticIds));
  const ids = substituteReferences(prompt.ids, image_token_id, referenceIds);
  const grids = references.map(({ grid }) => grid);
  const { positions, next } = promptPositions(ids, grids, image_start_token_id, image_end_token_id);
  const keys = ids.slice();
  let from = 0;
  const referenceEnds = grids.map((grid) => {
    const start = ids.indexOf(image_start_token_id, from);
    keys[start] = -(grid.height * MORE_THAN_A_SIDE + grid.width);
    from = ids.indexOf(image_end_token_id, start) + 1;
    return from;
  });
  const generated = generatedPositions(prompt.generated, next);
  const segmentEnds = chunkEnds([...referenceEnds, ids.length]);
  return { ids, positions, generated, segmentEnds, referencesEnd: from, keys };
}

/** The ends of the chunks that stretches, given by their ends, are cut into. */
function chunkEnds(ends: readonly number[]): number[] {
  const chunks: number[] = [];
  let begin = 0;
  for (const end of ends) {
    for (let at = begin + PREFILL_CHUNK; at < end; at += PREFILL_CHUNK) chunks.push(at);
    if (end > begin) chunks.push(end);
    begin = end;
  }
  return chunks;
}

/** A prompt that was read, ready to be continued any number of times. */
export interface Prefilled {
  sequence: Sequence;
  /** Tokens that were copied from the prefix cache. */
  cachedTokens: number;
  /** After the last token. */
  logits: Float32Array;
}

/**
 * Reads the first `count` tokens of a prompt; the beginning that the prefix cache has is copied. One unit for each segment that
 * is computed. A segment begins at a block of its own, so that its rows are the same bits copied or computed.
 */
export async function* prefill(
  context: RequestContext,
  prompt: TokenizedPrompt,
  count = prompt.ids.length,
): AsyncGenerator<void, Prefilled> {
  const { runner, caches, owner, tally, kvCache } = context;
  const sequence = context.hold(new Sequence(kvCache));
  const prefix = context.hold(caches.prefixes.match(owner, prompt.keys, mostCopied(context, prompt, count)));
  const { length, sizeBytes, costMs } = prefix;
  if (length > 0) tally.used({ what: 'ar-prefix', hit: true, sizeBytes, savedMs: costMs });
  let logits = new Float32Array();
  let from = 0;
  for (const end of prompt.segmentEnds.filter((each) => each <= count)) {
    const at = Math.min(Math.max(length, from), end);
    sequence.startBlock();
    for (const rows of prefix.rowsBetween(from, at)) await sequence.append(rows);
    if (at < end) {
      const startedAt = performance.now();
      const positions = prompt.positions.map((axis) => axis.slice(at, end)) as Positions;
      const input = { sequence, ids: prompt.ids.subarray(at, end), positions, wanted: [end - at - 1] };
      logits = (await runner.forward(kvCache, [input]))[0]![0] as Float32Array<ArrayBuffer>;
      sequence.advance(end - at);
      const rows = sequence.lastRows(end - at);
      caches.prefixes.insert(owner, prompt.keys.subarray(0, end), rows, performance.now() - startedAt);
      yield;
    }
    from = end;
  }
  return { sequence, logits, cachedTokens: length };
}

/**
 * The most tokens that may be copied from the prefix cache. The last token of a prompt is always read, because decode begins with
 * its logits. Where a forward pass is not batch invariant only whole segments are copied, because a part of a segment would then
 * differ in its last bits from the segment read at once.
 */
function mostCopied(
  { batchInvariant }: RequestContext,
  { ids, segmentEnds }: TokenizedPrompt,
  count: number,
): number {
  const most = count === ids.length ? count - 1 : count;
  return batchInvariant ? most : (segmentEnds.findLast((end) => end <= most) ?? 0);
}
