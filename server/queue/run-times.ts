/** Measured times of runs, kept by kind: of a unit of each stage, and of the whole run against the time expected at its start. */
import type { Database } from '../../db/database.ts';
import { addStageTime, recentStageTimes } from '../../db/stage-times.ts';
import type { ModelInfo } from '../../engine/index.ts';
import { type RunSize, type Units, unitsOf } from '../../studio/expected-time.ts';
import type { ElapsedMs, Recipe } from '../../studio/recipe.ts';
import { STAGES, type Stage } from '../../studio/vocabulary.ts';
import { median, type RunTimes } from './eta.ts';

/** The times of runs like this one; null where no run of its kind was measured in any size. */
export function runTimes(db: Database, size: RunSize): RunTimes | null {
  const units = unitsOf(size);
  const unitMs: Units = { encode: 0, prior: 0, denoise: 0, vae: 0 };
  for (const stage of STAGES) {
    if (units[stage] === 0) continue;
    const times = recentStageTimes(db, keyOf(size, stage));
    const known = times.length > 0 ? median(times) : byArea(db, size, stage);
    if (known === null) return null;
    unitMs[stage] = known;
  }
  return { unitMs, ratios: recentStageTimes(db, ratioKey(size)) };
}

/** What {@link runTimes} depends on, as text. */
export function kindOf(size: RunSize): string {
  const units = unitsOf(size);
  return [keyOf(size, 'denoise'), ...STAGES.filter((stage) => units[stage] === 0)].join(' ');
}

/** Keeps the times of a run that was not interrupted; `expectedMs` is what was expected at its start. Inside of `write`. */
export function addRunTimes(
  db: Database,
  size: RunSize,
  measured: { elapsedMs: ElapsedMs; wholeMs: number; expectedMs: number | null },
): void {
  const units = unitsOf(size);
  for (const stage of STAGES) {
    const elapsedMs = measured.elapsedMs[stage];
    if (elapsedMs === undefined || units[stage] === 0) continue;
    const unitMs = elapsedMs / units[stage];
    addStageTime(db, keyOf(size, stage), unitMs);
    addStageTime(db, classKey(size, stage), unitMs / areaOf(size));
  }
  if (measured.expectedMs) addStageTime(db, ratioKey(size), measured.wholeMs / measured.expectedMs);
  addStageTime(db, pictureKey(size.recipe), measured.wholeMs / size.pictures);
}

/** Mean time of a picture by a model, over its newest runs of any kind; null where none was measured. */
export function meanPictureMs(db: Database, { digest, numerics }: ModelInfo): number | null {
  const times = recentStageTimes(db, pictureKey({ modelDigest: digest, numerics }));
  return times.length === 0 ? null : times.reduce((sum, ms) => sum + ms, 0) / times.length;
}

/** From runs of other picture sizes: the time of a unit grows with the area. */
function byArea(db: Database, size: RunSize, stage: Stage): number | null {
  const perArea = recentStageTimes(db, classKey(size, stage));
  return perArea.length > 0 ? median(perArea) * areaOf(size) : null;
}

const areaOf = ({ recipe }: RunSize): number => recipe.widthPx * recipe.heightPx;
/** Other precisions and devices take other times. */
const modelKey = ({ modelDigest, numerics = '' }: Pick<Recipe, 'modelDigest' | 'numerics'>): string =>
  `${modelDigest} ${numerics}`;
const modelOf = ({ recipe }: RunSize): string => modelKey(recipe);
const pictureKey = (recipe: Pick<Recipe, 'modelDigest' | 'numerics'>): string =>
  `${modelKey(recipe)} picture`;
const ratioKey = (size: RunSize): string => `${modelOf(size)} ratio`;
const classKey = (size: RunSize, stage: Stage): string => `${modelOf(size)} ${stage}`;

function keyOf(size: RunSize, stage: Stage): string {
  const { widthPx, heightPx, guidanceScale } = size.recipe;
  const guided = guidanceScale > 1 ? 'guided' : 'unguided';
  return `${classKey(size, stage)} ${widthPx}x${heightPx} ${size.references} ${guided}`;
}
