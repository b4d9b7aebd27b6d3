/**
 * The decoder stage of one picture: what its two branches read, the steps from noise to latents, and the pixels in the end.
 * Source: glm-image.md 5, 6.3; diffusers 0.42.1 `pipeline_glm_image.py`.
 */
import type { Tensor, Tensors } from '../../kernels/index.ts';
import type { Branch, ReferenceKeysValues } from '../model/model-runner.ts';
import { LATENT_PX, TOKEN_PX } from '../request/sizes.ts';
import { byteSpecials, glyphIds } from '../tokens/glyph-text.ts';
import { upsampleIds } from '../tokens/prompt.ts';
import type { Work } from '../schedule/request-context.ts';
import { estimateClean, eulerStep, guide, type Schedule } from './flow-match.ts';
import { type Grid, type Picture, pictureOf } from './pixels.ts';
import type { EncodedReference } from './references.ts';

export interface Branches {
  conditional: Branch;
  /** Absent without guidance. */
  unconditional: Branch | undefined;
}

/** What the branches of the decoder need; the unconditional one sees no words, no prior and no references. */
export async function makeBranches(
  work: Work,
  texts: readonly string[],
  priorIds: Int32Array,
  grid: Grid,
  references: readonly Pick<EncodedReference, 'hash' | 'keysValues'>[],
  guidanceScale: number,
): Promise<Branches> {
  const { runner } = work;
  const decoderGrid = { height: grid.height * 2, width: grid.width * 2 };
  const ids = upsampleIds(priorIds, grid);
  // The order does not change the result but its rounding: one order for all makes cached equal recomputed.
  const ordered = [...references].sort((a, b) => (a.hash < b.hash ? -1 : 1));
  const branch = async (
    words: readonly string[],
    dropped: boolean,
    keysValues: ReferenceKeysValues,
  ): Promise<Branch> => {
    const text = await textRows(work, words);
    const prior = await runner.priorRows(ids, dropped);
    return { text, prior, ...runner.rotary(text.shape[0]!, decoderGrid), references: keysValues };
  };
  const none = runner.noReferences();
  const parts = ordered.map(({ keysValues }) => keysValues);
  const joined = parts.length > 0 ? work.valueOf(work.sets.lease(parts)) : none;
  const conditional = await branch(texts, false, joined);
  return { conditional, unconditional: isGuided(guidanceScale) ? await branch([], true, none) : undefined };
}

const isGuided = (guidanceScale: number): boolean => guidanceScale > 1;

/** Projected rows of the words to draw, one text after the other. */
export async function textRows(work: Work, words: readonly string[]): Promise<Tensor> {
  const { runner, caches, owner, tally } = work;
  const specials = byteSpecials(runner.checkpoint.config.byteTokenizer);
  const { rows } = glyphIds(words, specials);
  const key = caches.keys.of(owner, 'glyphs', [JSON.stringify(rows)]);
  const lease = await caches.glyphs.lease(key, tally, async () =>
    runner.textRows(await runner.glyphFeatures(rows)),
  );
  return work.valueOf(lease);
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

/** Where to begin, and what to put right after each step. */
export interface DenoiseOptions {
  /** Steps done before; default: 0. */
  from?: number;
  /** Latents with what may not change put back, at a noise level. */
  restore?: (latents: Float32Array, sigma: number) => Float32Array;
}

/** Integrates from noise to a picture's latents. `latents` as [channels, height / 8, width / 8]. */
export async function* denoise(
  work: Work,
  branches: Branches,
  schedule: Schedule,
  guidanceScale: number,
  grid: Grid,
  initial: Float32Array,
  { from = 0, restore = (latents) => latents }: DenoiseOptions = {},
): AsyncGenerator<DenoiseStep, Float32Array> {
  const { runner } = work;
  const decoderGrid = { height: grid.height * 2, width: grid.width * 2 };
  const sizePx = [grid.height * TOKEN_PX, grid.width * TOKEN_PX] as const;
  let latents = initial;
  for (let index = from; index < schedule.timesteps.length; index++) {
    const modulation = await modulationAt(work, schedule.timesteps[index]!, sizePx);
    const conditional = await runner.velocity(latents, decoderGrid, modulation, branches.conditional);
    const unconditional =
      branches.unconditional && isGuided(guidanceScale)
        ? await runner.velocity(latents, decoderGrid, modulation, branches.unconditional)
        : undefined;
    const velocity = unconditional ? guide(conditional, unconditional, guidanceScale) : conditional;
    const [sigma, nextSigma] = [schedule.sigmas[index]!, schedule.sigmas[index + 1]!];
    const clean = estimateClean(latents, velocity, sigma);
    latents = restore(eulerStep(latents, velocity, sigma, nextSigma), nextSigma);
    yield { index, conditional, unconditional, velocity, latents, clean };
  }
  return latents;
}

/** Modulations of one timestep at one size, height and width in pixels. */
export async function modulationAt(
  work: Work,
  timestep: number,
  size: readonly [number, number],
): Promise<Tensors> {
  const { runner, caches, tally } = work;
  // Nothing of an owner's is in it: all share it.
  const key = caches.keys.of('', 'modulation', [timestep, ...size]);
  const lease = await caches.modulations.lease(key, tally, () => runner.modulation(timestep, size));
  lease.release();
  return lease.value;
}

/** Pixels of final latents. Sizes in pixels. */
export async function decodePixels(
  { runner }: Work,
  latents: Float32Array,
  widthPx: number,
  heightPx: number,
): Promise<Picture> {
  const pixels = await runner.decodeLatents(latents, heightPx / LATENT_PX, widthPx / LATENT_PX);
  return pictureOf(pixels, widthPx, heightPx);
}
