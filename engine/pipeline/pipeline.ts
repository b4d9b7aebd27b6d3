/**
 * One request from prompt to pictures: the figure, top to bottom, as an async generator with one yield per unit of
 * work (one reference encoded, one forward of tokens, one step, one picture). Stopping between yields stops the work.
 * Order is here; arithmetic is in the models, execution in the runner, turn-taking in the engine, and what is not
 * computed a second time in the caches.
 * Source: glm-image.md section 0; diffusers 0.42.1 `pipeline_glm_image.py`.
 */

import { bytesOf } from '../cache/cache-key.ts';
import { DECODER_ROWS, LATENT_PX, TOKEN_PX } from '../request/sizes.ts';
import { type Edit, makeEdit } from '../picture/edit.ts';
import { makeSchedule } from '../picture/flow-match.ts';
import { type Branches, decodePixels, denoise, makeBranches } from '../picture/denoise.ts';
import { encodePng, type Grid } from '../picture/pixels.ts';
import { preview } from '../picture/preview.ts';
import { type EncodedReference, encodeReferences, readReferencesAhead } from '../picture/references.ts';
import { cacheUses, progress, StageClock } from '../request/progress.ts';
import { normals, PURPOSE } from '../request/random.ts';
import type { EngineEvent, GenerationRequest, WarmReferences } from '../request/request.ts';
import { checkCodebook } from './request-check.ts';
import { RunState } from '../request/run-state.ts';
import { textsToDraw } from '../tokens/glyph-text.ts';
import { prefill, readablePrompt, samplePriors } from '../tokens/prior.ts';
import { cellCount, type PromptBuilder } from '../tokens/prompt.ts';
import { type Shared, Work } from '../schedule/request-context.ts';

/** Share of the steps between two previews, and how many at least. */
const PREVIEW_SHARE = 0.1;
const PREVIEW_STEPS = 4;

/** What every request of an engine is run with. */
export interface Workshop extends Shared {
  prompts: PromptBuilder;
  /** Least time between two checkpoints. */
  checkpointMs: number;
}

/**
 * Runs a request. Yields progress, previews, pictures, then `done`. Throws `bad_image` for unusable references, `bad_request`
 * for tokens of another model.
 */
export async function* generateImages(
  workshop: Workshop,
  request: GenerationRequest,
): AsyncGenerator<EngineEvent, void> {
  checkCodebook(request, workshop.runner.checkpoint.config);
  const work = new Work(workshop, request.owner);
  const clock = new StageClock();
  try {
    const references = yield* clock.time('encode', encodeReferences(work, request.references ?? []));
    yield* cacheUses(work);
    const grids = references.map(({ grid }) => grid);
    const prompt = workshop.prompts.build(request.prompt, grids, request);
    const grid = prompt.large;
    const edit = await makeEdit(request, references, grid);
    const state = new RunState(nameOf(work, request, references), workshop.checkpointMs, request.resume);
    const layouts = layoutsOf(request);
    const priors = request.priorTokens
      ? yield* storedPriors(work, request.priorTokens, prompt.largeOffset + cellCount(grid), layouts)
      : yield* clock.time(
          'prior',
          samplePriors(work, { ...edit, prompt, references, layouts, seed: request.seed }, state),
        );
    const texts = textsToDraw(request);
    for (const [pictureIndex, layout] of layouts) {
      const ids = priors.get(layout)!;
      const making = makeBranches(work, texts, ids, grid, references, request.guidanceScale);
      const branches = await clock.await('denoise', making);
      const picture = { request, grid, pictureIndex, edit };
      const latents = yield* clock.time('denoise', paint(work, picture, branches, state));
      yield* cacheUses(work);
      yield* clock.time('vae', develop(work, picture, latents, ids));
    }
    yield { type: 'done', elapsedMs: clock.elapsedMs, runs: work.tally.runs, drafted: work.tally.drafted };
  } finally {
    work.release();
  }
}

/** Reads references ahead: all that depends on nothing else of a request. One unit for each. */
export async function* warmReferences(
  workshop: Workshop,
  { references, owner }: WarmReferences,
): AsyncGenerator<unknown, void> {
  const work = new Work(workshop, owner);
  try {
    const encoded = yield* readReferencesAhead(work, references);
    const grids = encoded.map(({ grid }) => grid);
    const prompt = workshop.prompts.build('', grids, { widthPx: TOKEN_PX, heightPx: TOKEN_PX });
    const readable = readablePrompt(work, prompt, encoded);
    yield* prefill(work, readable, readable.referencesEnd);
  } finally {
    work.release();
  }
}

/** Pictures to make and the layout of each. */
function layoutsOf({ count, only, layout }: GenerationRequest): Map<number, number> {
  const wanted = only ?? [...new Array(count).keys()];
  return new Map(wanted.map((pictureIndex) => [pictureIndex, layout === 'shared' ? 0 : pictureIndex]));
}

/** Names everything that the pictures of a request depend on, but not which of them are to be made. */
function nameOf(
  { caches, owner }: Work,
  { references: _, only: __, resume: ___, mask, priorTokens, ...plain }: GenerationRequest,
  references: readonly EncodedReference[],
): string {
  const read = references.map(({ hash }) => hash).join();
  const bytes = [mask, priorTokens].map((given) => (given ? bytesOf(given) : 'none'));
  return caches.keys.of(owner, 'request', [JSON.stringify(plain, Object.keys(plain).sort()), read, ...bytes]);
}

/** Tokens that an earlier picture was made from, for all layouts. */
function* storedPriors(
  { tally, caches }: Work,
  tokens: Uint16Array,
  sampledTokens: number,
  layouts: ReadonlyMap<number, number>,
): Generator<EngineEvent, Map<number, Int32Array>> {
  const savedMs = caches.samplingMs.get(sampledTokens) ?? 0;
  tally.used({ what: 'prior-tokens', hit: true, sizeBytes: tokens.byteLength, savedMs });
  const ids = Int32Array.from(tokens);
  return new Map([...layouts.values()].map((layout) => [layout, ids]));
}

/** One picture of a request. */
interface PictureTask {
  request: GenerationRequest;
  grid: Grid;
  pictureIndex: number;
  edit: Edit;
}

/** Draws the noise, denoises it and shows on the way where it leads. Returns the final latents. */
async function* paint(
  work: Work,
  { request, grid, pictureIndex, edit }: PictureTask,
  branches: Branches,
  state: RunState,
): AsyncGenerator<EngineEvent, Float32Array> {
  const { config } = work.runner.checkpoint;
  const { steps: total, guidanceScale, seed } = request;
  const rows = cellCount(grid) * DECODER_ROWS;
  const schedule = makeSchedule(config.scheduler, total, rows);
  const size = config.transformer.in_channels * rows * config.transformer.patch_size ** 2;
  const noise = normals({ seed, pictureIndex, purpose: PURPOSE.initialNoise }, size);
  const earlier = state.paintingOf(pictureIndex);
  const steps = denoise(work, branches, schedule, guidanceScale, grid, earlier?.latents ?? noise, {
    from: earlier?.step ?? 0,
    restore: (latents, sigma) => edit.restoreLatents(latents, noise, sigma),
  });
  const latentWidth = (grid.width * TOKEN_PX) / LATENT_PX;
  const every = Math.max(PREVIEW_STEPS, Math.round(total * PREVIEW_SHARE));
  for (;;) {
    const { done, value } = await steps.next();
    if (done) return value;
    const step = value.index + 1;
    yield progress('denoise', pictureIndex, step, total);
    state.painted({ pictureIndex, step, latents: value.latents });
    yield* state.handUp();
    if (value.index % every === 0 && step < total)
      yield preview(work, 'denoise', pictureIndex, value.clean, latentWidth);
  }
}

/** Latents to the finished picture, with what it takes to make it again or to go on from it. */
async function* develop(
  work: Work,
  { request, grid, pictureIndex, edit }: PictureTask,
  latents: Float32Array,
  ids: Int32Array,
): AsyncGenerator<EngineEvent, void> {
  const { widthPx, heightPx } = request;
  const picture = edit.restorePixels(await decodePixels(work, latents, widthPx, heightPx));
  const png = await encodePng(picture);
  yield progress('vae', pictureIndex, 1, 1);
  const channels = work.runner.checkpoint.config.vae.latent_channels;
  yield {
    type: 'picture',
    pictureIndex,
    png,
    widthPx,
    heightPx,
    priorTokens: Uint16Array.from(ids),
    priorGrid: [grid.height, grid.width],
    latents,
    latentShape: [1, channels, heightPx / LATENT_PX, widthPx / LATENT_PX],
  };
}
