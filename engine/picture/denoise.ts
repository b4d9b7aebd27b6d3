/**
 * The denoise stage of one picture: the inputs of its two branches, and the steps of the DiT from noise to latents.
 * Source: docs/model.md, "DiT" and "Schedule, guidance and Euler step"; diffusers 0.42.1 `pipeline_glm_image.py`.
 */
import type { Tensor, Tensors } from '../../kernels/index.ts';
import type { Branch, ReferenceKeysValues } from '../model/model-runner.ts';
import { ditGridOf, type Grid, TOKEN_PX, upsampleIds } from '../request/sizes.ts';
import type { RequestContext } from '../schedule/request-context.ts';
import { byteSpecials, glyphIds } from '../tokens/glyph-text.ts';
import { estimateClean, eulerStep, guide, type Schedule } from './flow-match.ts';
import type { ReadyReference } from './references.ts';

/** The two branches of guidance. */
export interface Branches {
  conditional: Branch;
  /** Absent without guidance. */
  unconditional: Branch | undefined;
}

/** Makes the inputs of both branches; the unconditional one reads no words, no prior and no references. */
export async function makeBranches(
  context: RequestContext,
  texts: readonly string[],
  priorIds: Int32Array,
  grid: Grid,
  references: readonly Pick<ReadyReference, 'hash' | 'keysValues'>[],
  guidanceScale: number,
): Promise<Branches> {
  const { runner } = context;
  const ids = upsampleIds(priorIds, grid);
  // The order of references changes nothing but the rounding: one order for all makes cached equal recomputed.
  const ordered = [...references].sort((a, b) => (a.hash < b.hash ? -1 : 1));
  const branch = async (
    words: readonly string[],
    dropped: boolean,
    keysValues: ReferenceKeysValues,
  ): Promise<Branch> => {
    const text = await textRows(context, words);
    const prior = await runner.priorRows(ids, dropped);
    return { text, prior, ...runner.rotary(text.shape[0]!, ditGridOf(grid)), references: keysValues };
  };
  const none = runner.noReferences();
  const parts = ordered.map(({ keysValues }) => keysValues);
  const joined = parts.length > 0 ? context.valueOf(context.referenceSets.lease(parts)) : none;
  const conditional = await branch(texts, false, joined);
  return { conditional, unconditional: isGuided(guidanceScale) ? await branch([], true, none) : undefined };
}

const isGuided = (guidanceScale: number): boolean => guidanceScale > 1;

/** Projected rows of the words to draw, one text after the other. */
export async function textRows(context: RequestContext, words: readonly string[]): Promise<Tensor> {
  const { runner, caches, owner, tally } = context;
  const specials = byteSpecials(runner.checkpoint.config.byteTokenizer);
  const { rows } = glyphIds(words, specials);
  const key = caches.keys.of(owner, 'glyphs', [JSON.stringify(rows)]);
  const lease = await caches.glyphs.lease(key, tally, async () =>
    runner.textRows(await runner.glyphFeatures(rows)),
  );
  return context.valueOf(lease);
}

/** One denoising step with its intermediate results. */
export interface DenoiseStep {
  index: number;
  conditional: Float32Array;
  /** Absent without guidance. */
  unconditional: Float32Array | undefined;
  velocity: Float32Array;
  /** After the step. */
  latents: Float32Array;
  /** The clean latents that the velocity points to. */
  clean: Float32Array;
}

export interface DenoiseOptions {
  /** Steps done before; default: 0. */
  from?: number;
  /** Puts back the latents that may not change, at a noise level; default: none. */
  restore?: (latents: Float32Array, sigma: number) => Float32Array;
}

/** Integrates from noise to a picture's latents. `initial` as [channels, height / 8, width / 8]. */
export async function* denoise(
  context: RequestContext,
  branches: Branches,
  schedule: Schedule,
  guidanceScale: number,
  grid: Grid,
  initial: Float32Array,
  { from = 0, restore = (latents) => latents }: DenoiseOptions = {},
): AsyncGenerator<DenoiseStep, Float32Array> {
  const { runner } = context;
  const ditGrid = ditGridOf(grid);
  const sizePx = [grid.height * TOKEN_PX, grid.width * TOKEN_PX] as const;
  let latents = initial;
  for (let index = from; index < schedule.timesteps.length; index++) {
    const modulation = await modulationAt(context, schedule.timesteps[index]!, sizePx);
    const conditional = await runner.velocity(latents, ditGrid, modulation, branches.conditional);
    const unconditional =
      branches.unconditional && isGuided(guidanceScale)
        ? await runner.velocity(latents, ditGrid, modulation, branches.unconditional)
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
  context: RequestContext,
  timestep: number,
  size: readonly [number, number],
): Promise<Tensors> {
  const { runner, caches, tally } = context;
  // Modulations hold nothing of an owner's: all share them.
  const key = caches.keys.of('', 'modulation', [timestep, ...size]);
  const lease = await caches.modulations.lease(key, tally, () => runner.modulation(timestep, size));
  lease.release();
  return lease.value;
}
