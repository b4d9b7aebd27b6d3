/**
 * Early views of a picture: where a step of the DiT points to, and, before there is any step, a sketch of the tokens. Made with
 * the colours of latents; they cost a few percent of a small model's picture and change nothing in it.
 */
import { normals, PURPOSE } from '../request/random.ts';
import type { EngineEvent, Stage } from '../request/request.ts';
import { cellCount, type Grid, TOKEN_PX } from '../request/sizes.ts';
import type { RequestContext } from '../schedule/request-context.ts';
import { modulationAt, textRows } from './denoise.ts';
import { estimateClean, makeSchedule } from './flow-match.ts';
import type { LatentColours } from './latent-colours.ts';

/** Side of the square of pixels of a sketch for each prior token: half of the picture's. */
const SKETCH_TOKEN_PX = TOKEN_PX / 2;

/** Latents of a picture on its way as an event: pixels of an eighth of the picture's sides. */
export function preview(
  latentColours: LatentColours,
  stage: Stage,
  pictureIndex: number,
  latents: Float32Array,
  latentWidth: number,
): EngineEvent {
  const { data, width, height } = latentColours.pixels(latents, latentWidth);
  return { type: 'preview', stage, pictureIndex, rgb: data, widthPx: width, heightPx: height };
}

/**
 * A sketch of the tokens of a grid: one step of the DiT at half the picture's size, with one patch instead of four for each token
 * and neither words nor references. `ids` as [grid.height * grid.width].
 */
export async function sketch(
  context: RequestContext,
  latentColours: LatentColours,
  ids: Int32Array,
  grid: Grid,
  seed: number,
  pictureIndex: number,
): Promise<EngineEvent> {
  const { runner } = context;
  const { transformer, scheduler } = runner.checkpoint.config;
  const { timesteps, sigmas } = makeSchedule(scheduler, 1, cellCount(grid));
  const size = transformer.in_channels * cellCount(grid) * transformer.patch_size ** 2;
  const noise = normals({ seed, pictureIndex, purpose: PURPOSE.initialNoise }, size);
  const text = await textRows(context, []);
  const branch = {
    text,
    prior: await runner.priorRows(ids, false),
    ...runner.rotary(text.shape[0]!, grid),
    references: runner.noReferences(),
  };
  const sizePx = [grid.height * SKETCH_TOKEN_PX, grid.width * SKETCH_TOKEN_PX] as const;
  const modulation = await modulationAt(context, timesteps[0]!, sizePx);
  const velocity = await runner.velocity(noise, grid, modulation, branch);
  const clean = estimateClean(noise, velocity, sigmas[0]!);
  return preview(latentColours, 'prior', pictureIndex, clean, grid.width * transformer.patch_size);
}
