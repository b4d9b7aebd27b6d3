/**
 * About how long the next picture takes: the newest finished turn of the session, scaled to the steps and pictures asked
 * for. Pure; null when nothing was finished yet.
 */
import type { ModelInfo } from '../../../engine/index.ts';
import type { DraftOptions } from '../state/drafts.ts';
import type { SessionState } from '../state/session-state.ts';
import { totalMs } from '../state/stages.ts';

export function expectedMs(
  state: SessionState | null,
  model: ModelInfo | null,
  { count = 1, steps, quality = 'final' }: DraftOptions,
): number | null {
  const like = state?.turns.findLast(
    ({ job, recipe }) => job?.state === 'done' && (recipe?.quality ?? 'final') === quality,
  );
  const { recipe, job } = like ?? {};
  const total = totalMs(job ?? null);
  if (!recipe || !total) return null;
  const decode = job?.elapsedMs?.decode ?? 0;
  const wanted = steps ?? (quality === 'draft' ? recipe.steps : (model?.defaultSteps ?? recipe.steps));
  return ((total - decode + (decode * wanted) / recipe.steps) / recipe.count) * count;
}
