/**
 * One request from prompt to pictures: the stages of the model, one after the other, as an async generator with one yield per unit
 * of work (one reference encoded, one forward pass of tokens, one step of the DiT, one picture). A request that is stopped between
 * two units computes no further.
 * The order of stages is here; arithmetic is in the model, execution in the runner, scheduling in the engine loop, and
 * reuse in the caches.
 * Source: docs/model.md, "Overview"; diffusers 0.42.1 `pipeline_glm_image.py`.
 */
import { bytesOf } from '../cache/cache-key.ts';
import { type Branches, denoise, makeBranches } from '../picture/denoise.ts';
import { type Edit, makeEdit } from '../picture/edit.ts';
import { makeSchedule } from '../picture/flow-match.ts';
import type { LatentColours } from '../picture/latent-colours.ts';
import { withMaskedTarget } from '../picture/masked-target.ts';
import { encodePng, pixelsOf } from '../picture/pixels.ts';
import { preview, sketch } from '../picture/preview.ts';
import { encodeReferences, type ReadyReference, readReferencesAhead } from '../picture/references.ts';
import { cacheUses, progress, StageClock } from '../request/progress.ts';
import { normals, PURPOSE, seedOfSecondLook } from '../request/random.ts';
import type { EngineEvent, GenerationRequest, WarmReferences } from '../request/request.ts';
import { RunState } from '../request/run-state.ts';
import { cellCount, DIT_ROWS, type Grid, latentGridOf, TOKEN_PX } from '../request/sizes.ts';
import { RequestContext, type SharedComponents } from '../schedule/request-context.ts';
import { textsToDraw } from '../tokens/glyph-text.ts';
import { prefill, tokenizedPrompt } from '../tokens/prefill.ts';
import { type PriorTask, samplePriorTokens } from '../tokens/prior.ts';
import type { PromptBuilder } from '../tokens/prompt.ts';
import { checkCodebook } from './request-check.ts';
import { type Drawn, lookAgain } from './second-look.ts';

/** Share of the steps between two previews, and how many at least. */
const PREVIEW_SHARE = 0.1;
const PREVIEW_STEPS = 4;

/** The parts of an engine: those that requests share, and those that only the pipeline needs. */
export interface EngineComponents extends SharedComponents {
  prompts: PromptBuilder;
  latentColours: LatentColours;
  /** Least time between two checkpoints. */
  checkpointMs: number;
}

/**
 * Runs a request. Yields progress, previews, pictures, then `done`. Throws `bad_image` for unusable references, `bad_request`
 * for tokens of another model.
 */
export async function* generatePictures(
  components: EngineComponents,
  asked: GenerationRequest,
): AsyncGenerator<EngineEvent, void> {
  checkCodebook(asked, components.runner.checkpoint.config);
  const request = await withMaskedTarget(asked);
  const { latentColours, checkpointMs } = components;
  const context = new RequestContext(components, request.owner);
  const clock = new StageClock();
  try {
    const references = yield* clock.time('encode', encodeReferences(context, request.references ?? []));
    yield* cacheUses(context.tally);
    const grids = references.map((reference) => reference.grid);
    const prompt = components.prompts.build(request.prompt, grids, request);
    const grid = prompt.large;
    const edit = await makeEdit(request, references, grid);
    const state = new RunState(nameOf(context, request, references), checkpointMs, request.resume);
    const layouts = layoutsOf(request);
    const { seed } = request;
    const task = {
      ...{ ...edit, prompt, references, layouts, seed },
      sketch: (ids: Int32Array, pictureIndex: number) =>
        sketch(context, latentColours, ids, grid, seed, pictureIndex),
    };
    const priorTokens = request.priorTokens
      ? storedPriorTokens(context, request.priorTokens, prompt.largeOffset + cellCount(grid), layouts)
      : yield* clock.time('prior', samplePriorTokens(context, task, state));
    const shared = { context, clock, latentColours, state, request, grid, edit, references };
    for (const [pictureIndex, layout] of layouts) {
      const picture = { ...shared, pictureIndex };
      const ids = priorTokens.get(layout)!;
      const first = yield* drawPicture(picture, { ids, seed, attempt: 0 });
      const looking = {
        ...picture,
        drawAgain: (spelt: boolean) => drawAgain(picture, { task, layout, spelt }, first),
      };
      const drawn = yield* lookAgain(looking, first);
      yield* clock.time('vae', finishPicture(picture, drawn));
    }
    const { runs, speculated } = context.tally;
    yield { type: 'done', elapsedMs: clock.elapsedMs, runs, speculated };
  } finally {
    context.release();
  }
}

/** Reads references ahead, as far as nothing else of a request plays a part: encoding, write pass, and prefill. */
export async function* warmReferences(
  components: EngineComponents,
  { references, owner }: WarmReferences,
): AsyncGenerator<unknown, void> {
  const context = new RequestContext(components, owner);
  try {
    const encoded = yield* readReferencesAhead(context, references);
    const grids = encoded.map(({ grid }) => grid);
    const prompt = components.prompts.build('', grids, { widthPx: TOKEN_PX, heightPx: TOKEN_PX });
    const tokenized = tokenizedPrompt(context, prompt, encoded);
    yield* prefill(context, tokenized, tokenized.referencesEnd);
  } finally {
    context.release();
  }
}

/** Pictures to make and the layout of each. */
function layoutsOf({ count, only, layout }: GenerationRequest): Map<number, number> {
  const wanted = only ?? [...new Array(count).keys()];
  return new Map(wanted.map((pictureIndex) => [pictureIndex, layout === 'shared' ? 0 : pictureIndex]));
}

/** Names everything that the pictures of a request depend on, but not which of them are to be made. */
function nameOf(
  { caches, owner }: RequestContext,
  { references: _, only: __, resume: ___, mask, priorTokens, ...plain }: GenerationRequest,
  references: readonly ReadyReference[],
): string {
  const read = references.map(({ hash }) => hash).join();
  const bytes = [mask, priorTokens].map((given) => (given ? bytesOf(given) : 'none'));
  return caches.keys.of(owner, 'request', [JSON.stringify(plain, Object.keys(plain).sort()), read, ...bytes]);
}

/** Tokens that an earlier picture was made from, for all layouts. `sampledTokens` would be sampled without them. */
function storedPriorTokens(
  { tally, caches }: RequestContext,
  tokens: Uint16Array,
  sampledTokens: number,
  layouts: ReadonlyMap<number, number>,
): Map<number, Int32Array> {
  const savedMs = caches.samplingMs.get(sampledTokens) ?? 0;
  tally.used({ what: 'prior-tokens', hit: true, sizeBytes: tokens.byteLength, savedMs });
  const ids = Int32Array.from(tokens);
  return new Map([...layouts.values()].map((layout) => [layout, ids]));
}

/** One picture of a request. */
interface PictureTask {
  context: RequestContext;
  clock: StageClock;
  latentColours: LatentColours;
  state: RunState;
  request: GenerationRequest;
  grid: Grid;
  pictureIndex: number;
  edit: Edit;
  references: readonly ReadyReference[];
}

/** What a drawing of a picture is made from: its tokens, and the seed of its noise. */
interface Attempt {
  ids: Int32Array;
  seed: number;
  /** 1 where it is drawn once more. */
  attempt: number;
}

/** Tokens to pixels. */
async function* drawPicture(picture: PictureTask, attempt: Attempt): AsyncGenerator<EngineEvent, Drawn> {
  const { context, clock, request, grid, references, edit } = picture;
  const { ids } = attempt;
  const texts = textsToDraw(request);
  const making = makeBranches(context, texts, ids, grid, references, request.guidanceScale);
  const branches = await clock.await('denoise', making);
  const latents = yield* clock.time('denoise', denoisePicture(picture, attempt, branches));
  yield* cacheUses(context.tally);
  const { height, width } = latentGridOf(grid);
  const decoded = await clock.await('vae', context.runner.vaeDecode(latents, height, width));
  const pixels = edit.restorePixels(pixelsOf(decoded, request.widthPx, request.heightPx));
  return { ids, latents, pixels };
}

/** Layouts of pictures that are drawn once more stand behind all others. */
const AGAIN = 2 ** 16;

interface Again {
  task: PriorTask;
  layout: number;
  /** The tokens are right. */
  spelt: boolean;
}

/**
 * Draws a picture once more under another seed: from new tokens where its own are misspelt and may be chosen anew, else from the
 * same ones under another noise.
 */
async function* drawAgain(
  picture: PictureTask,
  { task, layout, spelt }: Again,
  first: Drawn,
): AsyncGenerator<EngineEvent, Drawn> {
  const { context, clock, state, request, pictureIndex } = picture;
  state.setDrawn(pictureIndex, first.latents);
  const seed = seedOfSecondLook(request.seed);
  const isOwn = request.layout === 'separate' || request.count === 1;
  if (spelt || request.priorTokens || !isOwn)
    return yield* drawPicture(picture, { ids: first.ids, seed, attempt: 1 });
  const again = { ...task, seed, layouts: new Map([[pictureIndex, AGAIN + layout]]) };
  const tokens = yield* untold(clock.time('prior', samplePriorTokens(context, again, state)));
  return yield* drawPicture(picture, { ids: tokens.get(AGAIN + layout)!, seed, attempt: 1 });
}

/** Without the counts of tokens: those of the request were told of. */
async function* untold<R>(events: AsyncGenerator<EngineEvent, R>): AsyncGenerator<EngineEvent, R> {
  for (;;) {
    const { done, value } = await events.next();
    if (done) return value;
    if (value.type !== 'tokens') yield value;
  }
}

/** Draws the noise and denoises it, with previews on the way. Returns the final latents. */
async function* denoisePicture(
  { context, latentColours, request, grid, pictureIndex, edit, state }: PictureTask,
  { seed, attempt }: Attempt,
  branches: Branches,
): AsyncGenerator<EngineEvent, Float32Array> {
  const { config } = context.runner.checkpoint;
  const { steps: total, guidanceScale } = request;
  const drawn = attempt === 0 ? state.drawnOf(pictureIndex) : undefined;
  if (drawn) return drawn;
  const rows = cellCount(grid) * DIT_ROWS;
  const schedule = makeSchedule(config.scheduler, total, rows);
  const size = config.transformer.in_channels * rows * config.transformer.patch_size ** 2;
  const noise = normals({ seed, pictureIndex, purpose: PURPOSE.initialNoise }, size);
  const earlier = state.denoiseStateOf(pictureIndex, attempt);
  const steps = denoise(context, branches, schedule, guidanceScale, grid, earlier?.latents ?? noise, {
    from: earlier?.step ?? 0,
    restore: (latents, sigma) => edit.restoreLatents(latents, noise, sigma),
  });
  const latentWidth = latentGridOf(grid).width;
  const every = Math.max(PREVIEW_STEPS, Math.round(total * PREVIEW_SHARE));
  for (;;) {
    const { done, value } = await steps.next();
    if (done) return value;
    const step = value.index + 1;
    yield progress('denoise', pictureIndex, step, total);
    state.setDenoiseState({ pictureIndex, attempt, step, latents: value.latents });
    yield* state.checkpoint();
    if (value.index % every === 0 && step < total)
      yield preview(latentColours, 'denoise', pictureIndex, value.clean, latentWidth);
  }
}

/** The finished picture, with the tokens and latents that it was made from. */
async function* finishPicture(
  { context: { runner }, request, grid, pictureIndex }: PictureTask,
  { ids, latents, pixels }: Drawn,
): AsyncGenerator<EngineEvent, void> {
  const { widthPx, heightPx } = request;
  const latentGrid = latentGridOf(grid);
  const png = await encodePng(pixels);
  yield progress('vae', pictureIndex, 1, 1);
  const channels = runner.checkpoint.config.vae.latent_channels;
  yield {
    type: 'picture',
    pictureIndex,
    png,
    widthPx,
    heightPx,
    priorTokens: Uint16Array.from(ids),
    priorGrid: [grid.height, grid.width],
    latents,
    latentShape: [1, channels, latentGrid.height, latentGrid.width],
  };
}
