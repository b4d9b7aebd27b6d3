/**
 * About how long the next picture takes: by the times of the model's newest finished turn in the session, for the steps, pictures and
 * size asked for. Pure; null when nothing was finished yet.
 */
import type { ModelInfo } from '../../../engine/index.ts';
import { expectedMs, type Units, unitsOf } from '../../../studio/expected-time.ts';
import { STAGES } from '../../../studio/vocabulary.ts';
import type { DraftOptions } from '../state/drafts.ts';
import type { SessionState } from '../state/session-state.ts';
import { totalMs } from '../state/stages.ts';

export function expectedOf(
  state: SessionState | null,
  model: ModelInfo | null,
  options: DraftOptions,
): number | null {
  const { quality = 'final', count = 1, layout, widthPx, heightPx } = options;
  const like = state?.turns.findLast(
    ({ job, recipe }) =>
      job?.state === 'done' &&
      (recipe?.quality ?? 'final') === quality &&
      (model === null || recipe?.modelDigest === model.digest),
  );
  if (!like?.recipe || !totalMs(like.job)) return null;
  const { recipe, inputs, job } = like;
  const references = inputs.filter(({ role }) => role !== 'mask').length;
  const done = unitsOf({ recipe, references, pictures: recipe.count });
  const unitMs = Object.fromEntries(
    STAGES.map((stage) => [stage, done[stage] === 0 ? 0 : (job?.elapsedMs?.[stage] ?? 0) / done[stage]]),
  ) as Units;
  const usualSteps = quality === 'draft' ? recipe.steps : (model?.defaultSteps ?? recipe.steps);
  const wanted = {
    ...recipe,
    layoutOf: undefined,
    layout: layout ?? recipe.layout,
    steps: options.steps ?? usualSteps,
    widthPx: widthPx ?? recipe.widthPx,
    heightPx: heightPx ?? recipe.heightPx,
  };
  return expectedMs({ unitMs }, unitsOf({ recipe: wanted, references, pictures: count }));
}
