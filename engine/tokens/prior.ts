/**
 * The auto-regressive stage: the prompt is read, as far as it is not known from earlier requests, then the tokens of all
 * pictures are decided together, one forward for the rows of all.
 */

import type { TokenFeed } from '../model/model-runner.ts';
import { sketch } from '../picture/preview.ts';
import type { EncodedReference } from '../picture/references.ts';
import { cacheUses, progress } from '../request/progress.ts';
import { PURPOSE, uniformAt } from '../request/random.ts';
import type { EngineEvent } from '../request/request.ts';
import type { RunState } from '../request/run-state.ts';
import type { Work } from '../schedule/request-context.ts';
import { type Decoding, type DecodingStep, decodeTokens } from './decoding.ts';
import type { Sequence } from '../model/kv-cache.ts';
import {
  type BuiltPrompt,
  cellCount,
  decodePositions,
  type Positions,
  promptPositions,
  substituteReferences,
} from './prompt.ts';
import { sampleToken } from './sampling.ts';

/** Tokens read at once: bounds the memory of attention, which grows with chunk times prompt. */
const CHUNK = 512;
/** Share of the tokens that are decided before a picture without a preview grid is sketched. */
const DRAFT_SHARE = 0.5;

/** A prompt as the language model reads it. */
export interface ReadablePrompt {
  ids: Int32Array;
  positions: Positions;
  /** Of the tokens to generate. */
  generated: Positions;
  /** Index after each segment: pieces of each reference with its end token, then of the text. */
  segmentEnds: number[];
  /** Index after the last reference. */
  referencesEnd: number;
  /** Tokens that stand for everything that rows of equal places depend on: a grid's start token tells its size too. */
  keys: Int32Array;
}

/** Puts the references' ids into a prompt and works out its positions and segments. */
export function readablePrompt(
  { runner }: Work,
  prompt: BuiltPrompt,
  references: readonly Pick<EncodedReference, 'grid' | 'semanticIds'>[],
): ReadablePrompt {
  const { image_token_id, image_start_token_id, image_end_token_id } =
    runner.checkpoint.config.visionLanguage;
  const seen = references.flatMap(({ semanticIds }) => Array.from(semanticIds));
  const ids = substituteReferences(prompt.ids, image_token_id, seen);
  const grids = references.map(({ grid }) => grid);
  const { positions, next } = promptPositions(ids, grids, image_start_token_id, image_end_token_id);
  const keys = ids.slice();
  let from = 0;
  const referenceEnds = grids.map((grid) => {
    const start = ids.indexOf(image_start_token_id, from);
    keys[start] = -(grid.height * 2 ** 15 + grid.width);
    from = ids.indexOf(image_end_token_id, start) + 1;
    return from;
  });
  const generated = decodePositions(prompt.generated, next);
  const segmentEnds = piecesOf([...referenceEnds, ids.length]);
  return { ids, positions, generated, segmentEnds, referencesEnd: from, keys };
}

/** The ends of stretches that follow one another, and of the pieces that each is cut into. */
function piecesOf(ends: readonly number[]): number[] {
  const pieces: number[] = [];
  let begin = 0;
  for (const end of ends) {
    for (let at = begin + CHUNK; at < end; at += CHUNK) pieces.push(at);
    if (end > begin) pieces.push(end);
    begin = end;
  }
  return pieces;
}

/** A prompt that was read, ready to be continued any number of times. */
export interface SequenceStart {
  sequence: Sequence;
  /** Tokens that were copied instead of read. */
  cachedTokens: number;
  /** After the last token. */
  logits: Float32Array;
}

/**
 * Reads the first `count` tokens of a prompt; what an earlier one began with alike is copied. One unit for each segment
 * that is computed. A segment begins at a block of its own, so that rows are the same bits copied or computed.
 */
export async function* prefill(
  work: Work,
  prompt: ReadablePrompt,
  count = prompt.ids.length,
): AsyncGenerator<void, SequenceStart> {
  const { runner, caches, owner, tally, pool } = work;
  const sequence = work.hold(pool.newSequence());
  const prefix = work.hold(caches.prefixes.match(owner, prompt.keys, copyable(work, prompt, count)));
  const { length, sizeBytes, costMs } = prefix;
  if (length > 0) tally.used({ what: 'ar-prefix', hit: true, sizeBytes, savedMs: costMs });
  let logits = new Float32Array();
  let from = 0;
  for (const end of prompt.segmentEnds.filter((each) => each <= count)) {
    const at = Math.min(Math.max(length, from), end);
    sequence.startSegment();
    for (const rows of prefix.rowsBetween(from, at)) await sequence.append(rows);
    if (at < end) {
      const startedAt = performance.now();
      const positions = prompt.positions.map((axis) => axis.slice(at, end)) as Positions;
      const feed = { sequence, ids: prompt.ids.subarray(at, end), positions, wanted: [end - at - 1] };
      logits = (await runner.feedTokens(pool, [feed]))[0]![0] as Float32Array<ArrayBuffer>;
      sequence.advance(end - at);
      const rows = sequence.lastRows(end - at);
      caches.prefixes.insert(owner, prompt.keys.subarray(0, end), rows, performance.now() - startedAt);
      yield;
    }
    from = end;
  }
  return { sequence, logits, cachedTokens: length };
}

/** Tokens that may be copied: not the last of a prompt, for the logits after it are wanted; else whole segments or any number. */
function copyable({ together }: Work, { ids, segmentEnds }: ReadablePrompt, count: number): number {
  const most = count === ids.length ? count - 1 : count;
  return together ? most : (segmentEnds.findLast((end) => end <= most) ?? 0);
}

/** What the tokens of a picture follow from, besides the prompt. */
export interface PriorTask {
  prompt: BuiltPrompt;
  references: readonly EncodedReference[];
  seed: number;
  /** Pictures to make and the layout of each. */
  layouts: ReadonlyMap<number, number>;
  /** By index in the large grid: what a token is, and what it may well be. */
  known: (index: number) => number | undefined;
  guess: (index: number) => number | undefined;
}

/** Decides the tokens of all layouts together and returns their large grids. */
export async function* samplePriors(
  work: Work,
  task: PriorTask,
  state: RunState,
): AsyncGenerator<EngineEvent, Map<number, Int32Array>> {
  const { prompt, layouts } = task;
  const total = totalOf(prompt);
  const distinct = [...new Set(layouts.values())];
  if (!distinct.every((layout) => state.tokensOf(layout).length === total)) {
    const readable = readablePrompt(work, prompt, task.references);
    const first = firstOf(layouts);
    const start = yield* counted(prefill(work, readable), () =>
      progress('prior', first, state.tokensOf(layouts.get(first)!).length, total),
    );
    yield tokensOf(readable, task.references, start, total * distinct.length);
    yield* cacheUses(work);
    const startedAt = performance.now();
    const decodings = distinct.map(
      (layout) =>
        new LayoutDecoding(task, state, layout, decodingOf(work, task, state, layout, start, readable)),
    );
    yield* decideAll(work, task, state, decodings);
    work.caches.samplingMs.set(total, performance.now() - startedAt);
  }
  return new Map(distinct.map((layout) => [layout, state.tokensOf(layout).slice(prompt.largeOffset)]));
}

/** Feeds what the layouts want read, in one forward for all, until the tokens of all are decided. */
async function* decideAll(
  work: Work,
  { prompt, layouts, seed }: PriorTask,
  state: RunState,
  decodings: readonly LayoutDecoding[],
): AsyncGenerator<EngineEvent, void> {
  for (;;) {
    const open = decodings.filter(({ feed }) => feed);
    if (open.length === 0) return;
    const logits = await work.feedTokens(open.map(({ feed }) => feed!));
    for (const [i, decoding] of open.entries()) decoding.answer(logits[i]!);
    for (const [pictureIndex, layout] of layouts)
      yield progress('prior', pictureIndex, state.tokensOf(layout).length, totalOf(prompt));
    for (const decoding of decodings) {
      const ids = decoding.takeDraft();
      if (ids) yield await sketch(work, ids, prompt.large, seed, firstOf(layouts, decoding.layout));
    }
    yield* state.handUp();
  }
}

/** Tokens to decide for a layout: those of the preview, where there is one, then those of the large grid. */
const totalOf = ({ largeOffset, large }: BuiltPrompt): number => largeOffset + cellCount(large);

function tokensOf(
  { ids }: ReadablePrompt,
  references: readonly EncodedReference[],
  { cachedTokens }: SequenceStart,
  sampledTokens: number,
): EngineEvent {
  const imageTokens = references.reduce((sum, { semanticIds }) => sum + semanticIds.length, 0);
  return { type: 'tokens', textTokens: ids.length - imageTokens, imageTokens, cachedTokens, sampledTokens };
}

/** The first picture, or the first of a layout. */
const firstOf = (layouts: ReadonlyMap<number, number>, layout?: number): number =>
  [...layouts].find(([, each]) => layout === undefined || each === layout)![0];

/** The units of a generator as events. */
async function* counted<R>(
  units: AsyncGenerator<void, R>,
  event: () => EngineEvent,
): AsyncGenerator<EngineEvent, R> {
  for (;;) {
    const { done, value } = await units.next();
    if (done) return value;
    yield event();
  }
}

/** The token of the preview where a token of the large grid lies: on mini it is the same one almost every second time. */
function previewed(
  { generated, large }: BuiltPrompt,
  index: number,
  decided: Int32Array,
): number | undefined {
  const [preview] = generated;
  if (!preview || preview === large) return undefined;
  const place = index - cellCount(preview);
  const row = Math.floor((Math.floor(place / large.width) * preview.height) / large.height);
  const column = Math.floor(((place % large.width) * preview.width) / large.width);
  return decided[row * preview.width + column];
}

/** What a token may well be: that of the target, or that of the preview. */
function guessOf({ prompt, guess }: PriorTask, index: number, decided: Int32Array): number | undefined {
  const offset = prompt.largeOffset;
  return index < offset ? undefined : (guess(index - offset) ?? previewed(prompt, index, decided));
}

/** Decides the tokens of one layout after a prompt: those of an earlier run of the request are known. */
function decodingOf(
  work: Work,
  task: PriorTask,
  state: RunState,
  layout: number,
  start: SequenceStart,
  { generated }: ReadablePrompt,
): Decoding {
  const { prompt, seed, known } = task;
  const { generation, visionLanguage } = work.runner.checkpoint.config;
  const params = {
    temperature: generation.temperature,
    topP: generation.top_p,
    topK: generation.top_k,
    codebookSize: visionLanguage.vq_config.num_embeddings,
  };
  const stream = { seed, pictureIndex: layout, purpose: PURPOSE.priorSampling };
  const earlier = state.tokensOf(layout);
  const offset = prompt.largeOffset;
  return decodeTokens(
    {
      sequence: work.hold(start.sequence.fork()),
      positions: generated,
      total: totalOf(prompt),
      sample: (logits, index) => sampleToken(logits, params, uniformAt(stream, index)),
      known: (index) => earlier[index] ?? (index < offset ? undefined : known(index - offset)),
      // Neighbours are alike more often than not, and a wrong guess costs little.
      guess: (index, decided, before) => guessOf(task, index, decided) ?? before,
      together: work.together,
      drafted: work.tally.drafted,
    },
    start.logits,
  );
}

/** One layout on its way: what is decided is noted in the state of the run. */
class LayoutDecoding {
  readonly layout: number;
  /** What it wants read next; undefined when all is decided. */
  feed: TokenFeed | undefined;
  readonly #task: PriorTask;
  readonly #state: RunState;
  readonly #steps: Decoding;
  #drafted = false;

  constructor(task: PriorTask, state: RunState, layout: number, steps: Decoding) {
    this.layout = layout;
    this.#task = task;
    this.#state = state;
    this.#steps = steps;
    this.#take(steps.next());
  }

  answer(logits: Float32Array[]): void {
    this.#take(this.#steps.next(logits));
  }

  /** Tokens of the large grid, guessed where not decided: once, when enough are decided and not all. */
  takeDraft(): Int32Array | undefined {
    const { prompt, known } = this.#task;
    const offset = prompt.largeOffset;
    const cells = cellCount(prompt.large);
    const decided = this.#state.tokensOf(this.layout);
    const enough = offset > 0 ? offset : Math.floor(cells * DRAFT_SHARE);
    if (this.#drafted || !this.feed || decided.length < enough) return undefined;
    this.#drafted = true;
    const ids = Array.from(
      { length: cells },
      (_, i) => decided[offset + i] ?? known(i) ?? guessOf(this.#task, offset + i, decided),
    );
    return ids.includes(undefined) ? undefined : Int32Array.from(ids as number[]);
  }

  #take({ done, value }: IteratorResult<DecodingStep, Int32Array>): void {
    this.#state.decided(this.layout, done ? value : value.decided);
    this.feed = done ? undefined : value.feed;
  }
}
