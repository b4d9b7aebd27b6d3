/**
 * An edit of a target: the target's tokens are proposed for speculation, and outside a mask its tokens, latents and pixels stay.
 * Knows no network.
 */
import { EngineError } from '../request/errors.ts';
import type { GenerationRequest } from '../request/request.ts';
import { type Grid, latentGridOf } from '../request/sizes.ts';
import { compose, decodeMask, touchedCells } from './mask.ts';
import type { Pixels } from './pixels.ts';
import type { EncodedReference } from './references.ts';

export interface Edit {
  /** The target's token at an index of the large grid where it stays. */
  known: (index: number) => number | undefined;
  /** The target's token at an index of the large grid, which may well be the new one. */
  propose: (index: number) => number | undefined;
  /** Latents at a noise level with the target's put back outside the mask, under the same noise. */
  restoreLatents: (latents: Float32Array, noise: Float32Array, sigma: number) => Float32Array;
  /** Pixels with the target's put back outside the mask. */
  restorePixels: (made: Pixels) => Pixels;
}

const nothing = () => undefined;

/** The target has the size of the result. Throws `bad_request` for a mask without a target, of another size, or that cannot be read. */
export async function makeEdit(
  { mask: file, target: index = 0, widthPx, heightPx }: GenerationRequest,
  references: readonly EncodedReference[],
  grid: Grid,
): Promise<Edit> {
  const target = references[index];
  const fits = target?.grid.height === grid.height && target.grid.width === grid.width;
  const tokens = fits ? target.semanticIds : undefined;
  const free: Edit = {
    known: nothing,
    propose: (at) => tokens?.[at],
    restoreLatents: (latents) => latents,
    restorePixels: (made) => made,
  };
  if (!file) return free;
  if (!target)
    throw new EngineError(
      'bad_request',
      'A mask needs a picture to change. Name one, or leave the mask out.',
      {
        field: 'mask',
      },
    );
  const mask = await decodeMask(file, widthPx, heightPx);
  const before = await target.pixels();
  const restorePixels = (made: Pixels) => compose(made, before, mask);
  // A size that references are only read resized at: the tokens of the target are on another grid, its pixels stay all the same.
  if (!tokens) return { ...free, restorePixels };
  const open = touchedCells(mask, grid);
  const latentCells = touchedCells(mask, latentGridOf(grid));
  return {
    ...free,
    known: (at) => (open[at] ? undefined : tokens[at]),
    restoreLatents: (latents, noise, sigma) =>
      latents.map((value, i) =>
        latentCells[i % latentCells.length] ? value : (1 - sigma) * target.latents[i]! + sigma * noise[i]!,
      ),
    restorePixels,
  };
}
