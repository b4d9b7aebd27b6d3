/**
 * How long a run takes, from how long each of its units takes: one encoded reference, one prior token, one step of one picture,
 * one picture through the VAE. The server learns the times of units from all runs, the page takes those of the session's newest.
 * Pure.
 */
import type { Recipe } from './recipe.ts';
import { TOKEN_PX } from './sizes.ts';
import { STAGES, type Stage } from './vocabulary.ts';

/** The size of a run, as far as its time depends on it. */
export interface RunSize {
  recipe: Recipe;
  /** Pictures that go in. */
  references: number;
  /** Pictures still to make. */
  pictures: number;
}

/** A number for each stage: of units, or of milliseconds. */
export type Units = Record<Stage, number>;

/** Units of each stage that a run has to do. */
export function unitsOf({ recipe, references, pictures }: RunSize): Units {
  const { widthPx, heightPx, steps, layout, layoutOf } = recipe;
  const layouts = layoutOf ? 0 : layout === 'shared' ? Math.min(1, pictures) : pictures;
  const tokens = (widthPx / TOKEN_PX) * (heightPx / TOKEN_PX);
  return { encode: references, prior: layouts * tokens, denoise: pictures * steps, vae: pictures };
}

/** Milliseconds that units are expected to take. */
export function expectedMs({ unitMs }: { unitMs: Units }, units: Units): number {
  return STAGES.reduce((sum, stage) => sum + unitMs[stage] * units[stage], 0);
}
