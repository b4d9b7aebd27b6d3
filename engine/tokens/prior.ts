/**
 * The prior stage: prefill of the prompt, then decode of the prior tokens of all layouts together, one forward pass for the rows
 * of all. Source: docs/model.md, "Preview grid and large grid".
 */
import type { Encoding } from '../cache/reference-cache.ts';
import type { SequenceInput } from '../model/sequence.ts';
import { cacheUses, progress } from '../request/progress.ts';
import { PURPOSE, uniformAt } from '../request/random.ts';
import type { EngineEvent } from '../request/request.ts';
import type { RunState } from '../request/run-state.ts';
import { cellCount } from '../request/sizes.ts';
import type { RequestContext } from '../schedule/request-context.ts';
import { type Decoding, type DecodingStep, decodeTokens } from './decoding.ts';
import { type Prefilled, prefill, type TokenizedPrompt, tokenizedPrompt } from './prefill.ts';
import type { BuiltPrompt } from './prompt.ts';
import { sampleToken } from './sampling.ts';

/** Share of the tokens that are decided before a picture without a preview grid is sketched. */
const SKETCH_SHARE = 0.5;

/** Everything that the prior tokens of a request depend on. */
export interface PriorTask {
  prompt: BuiltPrompt;
  references: readonly Encoding[];
  seed: number;
  /** Pictures to make and the layout of each. */
  layouts: ReadonlyMap<number, number>;
  /** The token at an index of the large grid where it is given. */
  known: (index: number) => number | undefined;
  /** A token that may well be decided at an index of the large grid. */
  propose: (index: number) => number | undefined;
  /** An early preview of a picture, from the tokens of its large grid. */
  sketch: (ids: Int32Array, pictureIndex: number) => Promise<EngineEvent>;
}

/** Decodes the prior tokens of all layouts together and returns their large grids. */
export async function* samplePriorTokens(
  context: RequestContext,
  task: PriorTask,
  state: RunState,
): AsyncGenerator<EngineEvent, Map<number, Int32Array>> {
  const { prompt, layouts } = task;
  const total = totalOf(prompt);
  const distinct = [...new Set(layouts.values())];
  if (!distinct.every((layout) => state.tokensOf(layout).length === total)) {
    const tokenized = tokenizedPrompt(context, prompt, task.references);
    const first = firstPictureOf(layouts);
    const start = yield* eachUnit(prefill(context, tokenized), () =>
      progress('prior', first, state.tokensOf(layouts.get(first)!).length, total),
    );
    yield tokensEvent(tokenized, task.references, start, total * distinct.length);
    yield* cacheUses(context.tally);
    const startedAt = performance.now();
    const decodings = distinct.map(
      (layout) =>
        new LayoutDecoding(task, state, layout, decodingOf(context, task, state, layout, start, tokenized)),
    );
    yield* decodeAll(context, task, state, decodings);
    context.caches.samplingMs.set(total, performance.now() - startedAt);
  }
  return new Map(distinct.map((layout) => [layout, state.tokensOf(layout).slice(prompt.largeOffset)]));
}

/** Runs forward passes over the inputs of all layouts until the tokens of all are decided. */
async function* decodeAll(
  context: RequestContext,
  { prompt, layouts, sketch }: PriorTask,
  state: RunState,
  decodings: readonly LayoutDecoding[],
): AsyncGenerator<EngineEvent, void> {
  for (;;) {
    const open = decodings.filter(({ input }) => input);
    if (open.length === 0) return;
    const logits = await context.forward(open.map(({ input }) => input!));
    for (const [i, decoding] of open.entries()) decoding.answer(logits[i]!);
    for (const [pictureIndex, layout] of layouts)
      yield progress('prior', pictureIndex, state.tokensOf(layout).length, totalOf(prompt));
    for (const decoding of decodings) {
      const ids = decoding.takeSketchIds();
      if (ids) yield await sketch(ids, firstPictureOf(layouts, decoding.layout));
    }
    yield* state.checkpoint();
  }
}

/** Tokens to decide for a layout: those of the preview grid, where there is one, then those of the large grid. */
const totalOf = ({ largeOffset, large }: BuiltPrompt): number => largeOffset + cellCount(large);

function tokensEvent(
  { ids }: TokenizedPrompt,
  references: readonly Encoding[],
  { cachedTokens }: Prefilled,
  sampledTokens: number,
): EngineEvent {
  const imageTokens = references.reduce((sum, { semanticIds }) => sum + semanticIds.length, 0);
  return { type: 'tokens', textTokens: ids.length - imageTokens, imageTokens, cachedTokens, sampledTokens };
}

/** The first picture, or the first of a layout. */
const firstPictureOf = (layouts: ReadonlyMap<number, number>, layout?: number): number =>
  [...layouts].find(([, each]) => layout === undefined || each === layout)![0];

/** Yields an event for each unit. */
async function* eachUnit<R>(
  units: AsyncGenerator<void, R>,
  event: () => EngineEvent,
): AsyncGenerator<EngineEvent, R> {
  for (;;) {
    const { done, value } = await units.next();
    if (done) return value;
    yield event();
  }
}

/** The token of the preview grid over a token of the large grid: on mini the two are equal almost every second time. */
function previewToken(
  { generated, large }: BuiltPrompt,
  index: number,
  decided: Int32Array,
): number | undefined {
  const [preview] = generated;
  if (!preview || preview === large) return undefined;
  const cell = index - cellCount(preview);
  const row = Math.floor((Math.floor(cell / large.width) * preview.height) / large.height);
  const column = Math.floor(((cell % large.width) * preview.width) / large.width);
  return decided[row * preview.width + column];
}

/** A token that may well be decided: that of the target, or that of the preview grid. */
function proposalOf({ prompt, propose }: PriorTask, index: number, decided: Int32Array): number | undefined {
  const offset = prompt.largeOffset;
  return index < offset ? undefined : (propose(index - offset) ?? previewToken(prompt, index, decided));
}

/** Decodes the tokens of one layout after a prompt; those that an earlier run of the request decided are known. */
function decodingOf(
  context: RequestContext,
  task: PriorTask,
  state: RunState,
  layout: number,
  start: Prefilled,
  { generated }: TokenizedPrompt,
): Decoding {
  const { prompt, seed, known } = task;
  const { generation, visionLanguage } = context.runner.checkpoint.config;
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
      sequence: context.hold(start.sequence.fork()),
      positions: generated,
      total: totalOf(prompt),
      sample: (logits, index) => sampleToken(logits, params, uniformAt(stream, index)),
      known: (index) => earlier[index] ?? (index < offset ? undefined : known(index - offset)),
      // Neighbours are alike more often than not, and a rejected proposal costs little.
      propose: (index, decided, before) => proposalOf(task, index, decided) ?? before,
      speculate: context.batchInvariant,
      speculated: context.tally.speculated,
    },
    start.logits,
  );
}

/** The decoding of one layout; its tokens are noted in the state of the run. */
class LayoutDecoding {
  readonly layout: number;
  /** Its part of the next forward pass; undefined when all tokens are decided. */
  input: SequenceInput | undefined;
  readonly #task: PriorTask;
  readonly #state: RunState;
  readonly #steps: Decoding;
  #sketched = false;

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

  /** Tokens of the large grid to sketch, proposed where not decided: once, when enough are decided and not all. */
  takeSketchIds(): Int32Array | undefined {
    const { prompt, known } = this.#task;
    const offset = prompt.largeOffset;
    const cells = cellCount(prompt.large);
    const decided = this.#state.tokensOf(this.layout);
    const enough = offset > 0 ? offset : Math.floor(cells * SKETCH_SHARE);
    if (this.#sketched || !this.input || decided.length < enough) return undefined;
    this.#sketched = true;
    const ids = Array.from(
      { length: cells },
      (_, i) => decided[offset + i] ?? known(i) ?? proposalOf(this.#task, offset + i, decided),
    );
    return ids.includes(undefined) ? undefined : Int32Array.from(ids as number[]);
  }

  #take({ done, value }: IteratorResult<DecodingStep, Int32Array>): void {
    this.#state.setTokens(this.layout, done ? value : value.decided);
    this.input = done ? undefined : value.input;
  }
}
