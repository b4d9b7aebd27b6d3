/**
 * One request from prompt to pictures: the figure, top to bottom, as an async generator with one yield per unit of
 * work (one reference encoded, one token, one step, one picture). Stopping between yields stops the work.
 * Order is here; arithmetic is in the models, execution in the runner, turn-taking in the engine.
 * Source: glm-image.md section 0; diffusers 0.42.1 `pipeline_glm_image.py`.
 */
import { createHash } from 'node:crypto';
import { estimateClean, eulerStep, guide, makeSchedule, type Schedule } from './flow-match.ts';
import { byteSpecials, glyphIds, quotedTexts } from './glyph-text.ts';
import { type Branch, joinReferences, type ModelRunner, type ReferenceKeysValues } from './model-runner.ts';
import { decodePicture, encodePng, type Grid, type Picture, pictureOf, referenceGrid } from './picture.ts';
import type { PromptBuilder } from './prompt.ts';
import {
  type BuiltPrompt,
  cellCount,
  decodePositions,
  type Positions,
  promptPositions,
  substituteReferences,
  upsampleIds,
} from './prompt.ts';
import { normals, PURPOSE, uniformAt } from './random.ts';
import type { EngineEvent, GenerationRequest, MadePicture, Stage } from './request.ts';
import { sampleToken } from './sampling.ts';
import type { SequenceCache } from './sequence-cache.ts';

const LATENT_PX = 8;
/** Tokens of text read at once: bounds the memory of attention, which grows with chunk times prompt. */
const TEXT_CHUNK = 512;
/** Share of the steps between two previews. */
const PREVIEW_SHARE = 0.25;

/** A reference as every later stage needs it. A pure function of its pixels and the weights. */
export interface EncodedReference {
  /** SHA-256 of the decoded pixels and their size. */
  hash: string;
  grid: Grid;
  semanticIds: Int32Array;
  keysValues: ReferenceKeysValues;
}

/** Runs a request. Yields progress, previews, pictures, then `done`. Throws `bad_image` for unusable references. */
export async function* generateImages(
  runner: ModelRunner,
  prompts: PromptBuilder,
  request: GenerationRequest,
): AsyncGenerator<EngineEvent, void> {
  const clock = new StageClock();
  const references = yield* clock.time('encode', encodeReferences(runner, request.references ?? []));
  const prompt = prompts.build(
    request.prompt,
    references.map(({ grid }) => grid),
    request,
  );
  const texts = request.renderTexts ?? quotedTexts(request.prompt);
  const wanted = request.only ?? [...new Array(request.count).keys()];
  let start: SequenceStart | undefined;
  let shared: Int32Array | undefined;
  for (const imageIndex of wanted) {
    let ids = shared;
    if (!ids) {
      const layoutIndex = request.layout === 'shared' ? 0 : imageIndex;
      start ??= await clock.await('prior', prefill(runner, prompt, references));
      ids = yield* clock.time(
        'prior',
        samplePrior(runner, start, prompt, request.seed, layoutIndex, imageIndex),
      );
      if (request.layout === 'shared') shared = ids;
    }
    const branches = await clock.await('decode', makeBranches(runner, texts, ids, prompt.large, references));
    const latents = yield* clock.time('decode', paint(runner, request, branches, prompt.large, imageIndex));
    yield* clock.time('vae', develop(runner, request, latents, ids, prompt.large, imageIndex));
  }
  yield { type: 'done', elapsedMs: clock.elapsedMs };
}

/** Adds up the time that stages take, without the time their consumer takes between units. */
class StageClock {
  readonly elapsedMs: Record<Stage, number> = { encode: 0, prior: 0, decode: 0, vae: 0 };

  async await<T>(stage: Stage, work: Promise<T>): Promise<T> {
    const from = performance.now();
    try {
      return await work;
    } finally {
      this.elapsedMs[stage] += performance.now() - from;
    }
  }

  async *time<E, R>(stage: Stage, units: AsyncGenerator<E, R>): AsyncGenerator<E, R> {
    for (;;) {
      const { done, value } = await this.await(stage, units.next());
      if (done) return value;
      yield value;
    }
  }
}

const progress = (stage: Stage, imageIndex: number, done: number, total: number): EngineEvent => ({
  type: 'stage',
  stage,
  imageIndex,
  done,
  total,
});

/** Semantic ids and decoder keys and values of every reference, each from its own pixels alone. */
async function* encodeReferences(
  runner: ModelRunner,
  references: readonly (Uint8Array | MadePicture)[],
): AsyncGenerator<EngineEvent, EncodedReference[]> {
  const pictures = await Promise.all(
    references.map((given) => decodePicture('file' in given ? given.file : given)),
  );
  const grids = pictures.map(({ width, height }) =>
    referenceGrid(width, height, runner.checkpoint.config.referenceLimits),
  );
  const encoded: EncodedReference[] = [];
  for (const [i, picture] of pictures.entries()) {
    yield progress('encode', 0, i, pictures.length);
    encoded.push(await encodeReference(runner, picture, grids[i]!, references[i]!));
  }
  yield progress('encode', 0, pictures.length, pictures.length);
  return encoded;
}

async function encodeReference(
  runner: ModelRunner,
  picture: Picture,
  grid: Grid,
  given: Uint8Array | MadePicture,
): Promise<EncodedReference> {
  const { semanticIds, latents } = madeOn(given, grid) ?? {
    semanticIds: await runner.semanticIds(picture, grid),
    latents: await runner.encodeLatents(picture, grid),
  };
  const keysValues = await runner.writeReference(latents, upsampleIds(semanticIds, grid), grid);
  const hash = createHash('sha256')
    .update(`${picture.width}x${picture.height}\0`)
    .update(picture.data)
    .digest('hex');
  return { hash, grid, semanticIds, keysValues };
}

/** What a picture of our own was made from, where its grid is the one that it is read on now. */
function madeOn(given: Uint8Array | MadePicture, grid: Grid) {
  if (!('file' in given) || given.priorTokens.length !== cellCount(grid)) return undefined;
  return { semanticIds: Int32Array.from(given.priorTokens), latents: given.latents };
}

/** A prompt read by the language model, ready to be continued any number of times. */
interface SequenceStart {
  cache: SequenceCache;
  logits: Float32Array;
  positions: Positions;
}

/** Reads the prompt: each reference is a chunk of its own, then the text, so that cached and fresh runs round alike. */
async function prefill(
  runner: ModelRunner,
  prompt: BuiltPrompt,
  references: readonly EncodedReference[],
): Promise<SequenceStart> {
  const { image_token_id, image_start_token_id, image_end_token_id } =
    runner.checkpoint.config.visionLanguage;
  const seen = references.flatMap(({ semanticIds }) => Array.from(semanticIds));
  const ids = substituteReferences(prompt.ids, image_token_id, seen);
  const grids = references.map(({ grid }) => grid);
  const { positions, next } = promptPositions(ids, grids, image_start_token_id, image_end_token_id);
  const generated = decodePositions(prompt.generated, next);
  const cache = runner.newSequence(ids.length + generated[0].length);
  let logits = new Float32Array();
  let from = 0;
  for (const end of chunkEnds(ids, grids, image_end_token_id)) {
    const chunk = positions.map((axis) => axis.slice(from, end)) as Positions;
    logits = (await runner.feedTokens(cache, ids.subarray(from, end), chunk)) as Float32Array<ArrayBuffer>;
    from = end;
  }
  return { cache, logits, positions: generated };
}

/** Index after each chunk: a reference with its end token each, then the text by {@link TEXT_CHUNK}. */
function chunkEnds(ids: Int32Array, grids: readonly Grid[], imageEndId: number): number[] {
  let from = 0;
  const ends = grids.map(() => {
    from = ids.indexOf(imageEndId, from) + 1;
    return from;
  });
  for (from += TEXT_CHUNK; from < ids.length; from += TEXT_CHUNK) ends.push(from);
  return [...ends, ids.length];
}

/** Samples the preview grid, then the large grid, and returns the large grid's ids. */
async function* samplePrior(
  runner: ModelRunner,
  start: SequenceStart,
  prompt: BuiltPrompt,
  seed: number,
  layoutIndex: number,
  imageIndex: number,
): AsyncGenerator<EngineEvent, Int32Array> {
  const { generation, visionLanguage } = runner.checkpoint.config;
  const params = {
    temperature: generation.temperature,
    topP: generation.top_p,
    topK: generation.top_k,
    codebookSize: visionLanguage.vq_config.num_embeddings,
  };
  const stream = { seed, imageIndex: layoutIndex, purpose: PURPOSE.priorSampling };
  const total = prompt.largeOffset + cellCount(prompt.large);
  const cache = start.cache.fork();
  const ids = new Int32Array(total);
  let logits = start.logits;
  for (let i = 0; i < total; i++) {
    ids[i] = sampleToken(logits, params, uniformAt(stream, i));
    if (i + 1 < total) {
      const position = start.positions.map((axis) => [axis[i]!]) as Positions;
      logits = await runner.feedTokens(cache, ids.subarray(i, i + 1), position);
    }
    yield progress('prior', imageIndex, i + 1, total);
  }
  return ids.slice(prompt.largeOffset);
}

export interface Branches {
  conditional: Branch;
  unconditional: Branch;
}

/** What both branches of the decoder need; the unconditional one sees no words, no prior and no references. */
export async function makeBranches(
  runner: ModelRunner,
  texts: readonly string[],
  priorIds: Int32Array,
  grid: Grid,
  references: readonly Pick<EncodedReference, 'hash' | 'keysValues'>[],
): Promise<Branches> {
  const specials = byteSpecials(runner.checkpoint.config.byteTokenizer);
  const decoderGrid = { height: grid.height * 2, width: grid.width * 2 };
  const ids = upsampleIds(priorIds, grid);
  // The order does not change the result but its rounding: one order for all makes cached equal recomputed.
  const ordered = [...references].sort((a, b) => (a.hash < b.hash ? -1 : 1));
  const branch = async (
    words: readonly string[],
    dropped: boolean,
    keysValues: ReferenceKeysValues,
  ): Promise<Branch> => {
    const text = await runner.textRows(await runner.glyphFeatures(glyphIds(words, specials).rows));
    const prior = await runner.priorRows(ids, dropped);
    return { text, prior, ...runner.rotary(text.shape[0]!, decoderGrid), references: keysValues };
  };
  const none = runner.noReferences();
  const joined = ordered.length > 0 ? joinReferences(ordered.map(({ keysValues }) => keysValues)) : none;
  return { conditional: await branch(texts, false, joined), unconditional: await branch([], true, none) };
}

/** One step of the decoder, as it happened. */
export interface DenoiseStep {
  index: number;
  conditional: Float32Array;
  /** Absent without guidance. */
  unconditional: Float32Array | undefined;
  velocity: Float32Array;
  /** After the step. */
  latents: Float32Array;
  /** Where the velocity points to. */
  clean: Float32Array;
}

/** Integrates from noise to a picture's latents. `latents` as [channels, height / 8, width / 8]. */
export async function* denoise(
  runner: ModelRunner,
  branches: Branches,
  schedule: Schedule,
  guidanceScale: number,
  grid: Grid,
  initial: Float32Array,
): AsyncGenerator<DenoiseStep, Float32Array> {
  const decoderGrid = { height: grid.height * 2, width: grid.width * 2 };
  let latents = initial;
  for (const [index, timestep] of schedule.timesteps.entries()) {
    const modulation = await runner.modulation(timestep, [grid.height * 32, grid.width * 32]);
    const conditional = await runner.velocity(latents, decoderGrid, modulation, branches.conditional);
    const unconditional =
      guidanceScale > 1
        ? await runner.velocity(latents, decoderGrid, modulation, branches.unconditional)
        : undefined;
    const velocity = unconditional ? guide(conditional, unconditional, guidanceScale) : conditional;
    const clean = estimateClean(latents, velocity, schedule.sigmas[index]!);
    latents = eulerStep(latents, velocity, schedule.sigmas[index]!, schedule.sigmas[index + 1]!);
    yield { index, conditional, unconditional, velocity, latents, clean };
  }
  return latents;
}

/** Draws the noise, denoises it and shows on the way where it leads. Returns the final latents. */
async function* paint(
  runner: ModelRunner,
  request: GenerationRequest,
  branches: Branches,
  grid: Grid,
  imageIndex: number,
): AsyncGenerator<EngineEvent, Float32Array> {
  const { config } = runner.checkpoint;
  const cells = cellCount(grid) * 4;
  const schedule = makeSchedule(config.scheduler, request.steps, cells);
  const size = config.transformer.in_channels * cells * config.transformer.patch_size ** 2;
  const noise = normals({ seed: request.seed, imageIndex, purpose: PURPOSE.initialNoise }, size);
  const steps = denoise(runner, branches, schedule, request.guidanceScale, grid, noise);
  const every = Math.max(1, Math.round(request.steps * PREVIEW_SHARE));
  for (;;) {
    const { done, value } = await steps.next();
    if (done) return value;
    yield progress('decode', imageIndex, value.index + 1, request.steps);
    if (value.index % every === 0 && value.index + 1 < request.steps)
      yield await preview(runner, value.clean, grid, imageIndex);
  }
}

/** A picture of half the size: a quarter of the work of the real one. */
async function preview(
  runner: ModelRunner,
  latents: Float32Array,
  grid: Grid,
  imageIndex: number,
): Promise<EngineEvent> {
  const height = (grid.height * 32) / LATENT_PX;
  const width = (grid.width * 32) / LATENT_PX;
  const half = halve(latents, width);
  const pixels = await runner.decodeLatents(half, height / 2, width / 2);
  const picture = pictureOf(pixels, (width / 2) * LATENT_PX, (height / 2) * LATENT_PX);
  const png = await encodePng(picture);
  return {
    type: 'preview',
    stage: 'decode',
    imageIndex,
    png,
    widthPx: picture.width,
    heightPx: picture.height,
  };
}

/** Means of 2 x 2. Shapes: [channels, height, width] to [channels, height / 2, width / 2]. */
function halve(planes: Float32Array, width: number): Float32Array {
  const out = new Float32Array(planes.length / 4);
  let at = 0;
  for (let row = 0; row < planes.length / width; row += 2)
    for (let column = 0; column < width; column += 2) {
      const i = row * width + column;
      out[at++] = (planes[i]! + planes[i + 1]! + planes[i + width]! + planes[i + width + 1]!) / 4;
    }
  return out;
}

/** Latents to the finished picture, with what it takes to make it again or to go on from it. */
async function* develop(
  runner: ModelRunner,
  request: GenerationRequest,
  latents: Float32Array,
  ids: Int32Array,
  grid: Grid,
  imageIndex: number,
): AsyncGenerator<EngineEvent, void> {
  const { widthPx, heightPx } = request;
  const height = heightPx / LATENT_PX;
  const width = widthPx / LATENT_PX;
  const pixels = await runner.decodeLatents(latents, height, width);
  const png = await encodePng(pictureOf(pixels, widthPx, heightPx));
  yield progress('vae', imageIndex, 1, 1);
  yield {
    type: 'image',
    imageIndex,
    png,
    widthPx,
    heightPx,
    priorTokens: Uint16Array.from(ids),
    priorGrid: [grid.height, grid.width],
    latents,
    latentShape: [1, runner.checkpoint.config.vae.latent_channels, height, width],
  };
}
