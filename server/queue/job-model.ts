/**
 * The model that draws a job. A turn may wait while the server is started again with another model, precision or device: its recipe
 * then names those that really draw it, since receipts promise the same bytes.
 */

import { findJob } from '../../db/jobs.ts';
import { picturesOfTurn } from '../../db/pictures.ts';
import { findTurn, setRecipe } from '../../db/turns.ts';
import { modelOf, type Recipe } from '../../studio/recipe.ts';
import { Refusal } from '../../studio/refusal.ts';
import { appendEvent } from '../log/event-log.ts';
import { readTurnView } from '../views/views.ts';
import type { JobRun } from './job-run.ts';

/**
 * The run under a recipe that names the loaded model. Throws {@link Refusal} `other_model` where another model made a part of it.
 */
export function drawnHere(run: JobRun): JobRun {
  const { db, engine, jobId, turn, sessionId } = run;
  const { composite, ...drawn } = run.recipe;
  const isComposited = composite && !engine.info.can.masks;
  const recipe: Recipe = { ...drawn, ...(isComposited && { composite }), ...modelOf(engine.info) };
  const { modelDigest, numerics } = recipe;
  if (run.recipe.modelDigest === modelDigest && run.recipe.numerics === numerics) return run;
  if (picturesOfTurn(db, turn.id).length > 0 || (recipe.layoutOf && run.recipe.modelDigest !== modelDigest))
    throw new Refusal('other_model', { before: nameOf(run.recipe), after: nameOf(recipe) });
  db.write(() => {
    setRecipe(db, turn.id, recipe);
    const payload = { turn: readTurnView(db, findTurn(db, turn.id)!, findJob(db, jobId)) };
    appendEvent(db, { sessionId, jobId, type: 'turn.updated', payload });
  });
  return { ...run, turn: { ...turn, recipe }, recipe };
}

const nameOf = ({ modelName, modelDigest, numerics }: Recipe): string =>
  [`${modelName} ${modelDigest.slice(0, 8)}`, ...(numerics ? [`(${numerics})`] : [])].join(' ');
