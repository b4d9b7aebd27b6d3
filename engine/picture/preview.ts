/**
 * Early views of a picture: where a step points to, and, before there is any step, a sketch of the tokens. Made of the
 * colours of latents; they cost a few percent of a small model's picture and change nothing in it.
 */

import { normals, PURPOSE } from '../request/random.ts';
import type { EngineEvent, Stage } from '../request/request.ts';
import { cellCount } from '../tokens/prompt.ts';
import type { Work } from '../schedule/request-context.ts';
import { estimateClean, makeSchedule } from './flow-match.ts';
import { modulationAt, textRows } from './denoise.ts';
import type { Grid } from './pixels.ts';

/** Of a sketch, one for each token: half of what the picture has. */
const PATCH_PX = 16;

/** Latents of a picture on its way as an event: a picture of an eighth of the size. */
export function preview(
  { colours }: Work,
  stage: Stage,
  pictureIndex: number,
  latents: Float32Array,
  latentWidth: number,
): EngineEvent {
  const { data, width, height } = colours.picture(latents, latentWidth);
  return { type: 'preview', stage, pictureIndex, rgb: data, widthPx: width, heightPx: height };
}

/**
 * What the tokens of a grid may come to: one step of the decoder at half the picture's size, with one patch instead of
 * four for each token and neither words nor references. `ids` as [grid.height * grid.width].
 */
export async function sketch(
  work: Work,
  ids: Int32Array,
  grid: Grid,
  seed: number,
  pictureIndex: number,
): Promise<EngineEvent> {
  const { runner } = work;
  const { transformer, scheduler } = runner.checkpoint.config;
  const { timesteps, sigmas } = makeSchedule(scheduler, 1, cellCount(grid));
  const size = transformer.in_channels * cellCount(grid) * transformer.patch_size ** 2;
  const noise = normals({ seed, pictureIndex, purpose: PURPOSE.initialNoise }, size);
  const text = await textRows(work, []);
  const branch = {
    text,
    prior: await runner.priorRows(ids, false),
    ...runner.rotary(text.shape[0]!, grid),
    references: runner.noReferences(),
  };
  const modulation = await modulationAt(work, timesteps[0]!, [grid.height * PATCH_PX, grid.width * PATCH_PX]);
  const velocity = await runner.velocity(noise, grid, modulation, branch);
  const clean = estimateClean(noise, velocity, sigmas[0]!);
  return preview(work, 'prior', pictureIndex, clean, grid.width * transformer.patch_size);
}
