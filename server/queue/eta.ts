/**
 * Time left, learned from measured runs. What a unit of each stage takes is the median over earlier runs of the same kind;
 * how far such a sum is off is learned too, as the ratio of measured to expected, and its quantiles make the interval:
 * split conformal prediction, so that 8 of 10 runs end inside whatever the distribution. Knows no job and no clock.
 * Source: Vovk, Gammerman, Shafer, Algorithmic Learning in a Random World, ch. 2; arXiv 2107.07511, section 1.
 */
import type { Database } from '../../db/database.ts';
import { addStageTime, recentStageTimes } from '../../db/stage-times.ts';
import { STAGES, type Stage } from '../../engine/index.ts';
import type { Eta } from '../../studio/protocol.ts';
import type { ElapsedMs, Recipe } from '../../studio/recipe.ts';

/** What a run has to do, as far as its time depends on it. */
export interface Work {
  recipe: Recipe;
  /** Pictures that go in. */
  references: number;
  /** Pictures still to make. */
  pictures: number;
}

export type Units = Record<Stage, number>;

/** Shares of runs below and above the interval. */
const TAIL = 0.1;
/** Fewer ratios than this say nothing about a tail; then the interval is this wide to each side. */
const MIN_RATIOS = 9;
const UNKNOWN_SPREAD = 2;
const TOKEN_PX = 32;

/** Units of each stage that a run has to do. */
export function unitsOf({ recipe, references, pictures }: Work): Units {
  const { widthPx, heightPx, steps, layout, layoutOf } = recipe;
  const layouts = layoutOf ? 0 : layout === 'shared' ? Math.min(1, pictures) : pictures;
  const tokens = (widthPx / TOKEN_PX) * (heightPx / TOKEN_PX);
  return { encode: references, prior: layouts * tokens, decode: pictures * steps, vae: pictures };
}

/** What was learned about runs of one kind. */
export interface Learned {
  unitMs: Units;
  /** Measured over expected, of earlier runs. */
  ratios: readonly number[];
}

/** Reads what is known about a kind of run; null where no run like it, or of another size, was measured. */
export function learned(db: Database, work: Work): Learned | null {
  const units = unitsOf(work);
  const unitMs: Units = { encode: 0, prior: 0, decode: 0, vae: 0 };
  for (const stage of STAGES) {
    if (units[stage] === 0) continue;
    const times = recentStageTimes(db, keyOf(work, stage));
    const known = times.length > 0 ? median(times) : scaled(db, work, stage);
    if (known === null) return null;
    unitMs[stage] = known;
  }
  return { unitMs, ratios: recentStageTimes(db, ratioKey(work)) };
}

/** Milliseconds that units are expected to take. */
export function expectedMs({ unitMs }: Learned, units: Units): number {
  return STAGES.reduce((sum, stage) => sum + unitMs[stage] * units[stage], 0);
}

/** An interval around an expected time. */
export function interval(expected: number, ratios: readonly number[]): Eta {
  const [low, middle, high] = quantiles(ratios);
  return {
    lowMs: Math.round(expected * low),
    likelyMs: Math.round(expected * middle),
    highMs: Math.round(expected * high),
    runs: ratios.length,
  };
}

/** Learns from a run that was not interrupted; inside of `write`. `expected` is what was said at its start. */
export function learn(
  db: Database,
  work: Work,
  measured: { elapsedMs: ElapsedMs; wholeMs: number; expectedMs: number | null },
): void {
  const units = unitsOf(work);
  for (const stage of STAGES) {
    const elapsedMs = measured.elapsedMs[stage];
    if (elapsedMs === undefined || units[stage] === 0) continue;
    const unitMs = elapsedMs / units[stage];
    addStageTime(db, keyOf(work, stage), unitMs);
    addStageTime(db, classKey(work, stage), unitMs / areaOf(work));
  }
  if (measured.expectedMs) addStageTime(db, ratioKey(work), measured.wholeMs / measured.expectedMs);
}

/** Below, in the middle of, and above the ratios of earlier runs; wide until there are enough of them. */
function quantiles(ratios: readonly number[]): [number, number, number] {
  const sorted = ratios.toSorted((a, b) => a - b);
  const count = sorted.length;
  const middle = count === 0 ? 1 : median(sorted);
  if (count < MIN_RATIOS) return [middle / UNKNOWN_SPREAD, middle, middle * UNKNOWN_SPREAD];
  // Rank k of n + 1: the next ratio is as likely in any gap between those that were measured.
  const below = sorted[Math.floor(TAIL * (count + 1)) - 1]!;
  const above = sorted[Math.ceil((1 - TAIL) * (count + 1)) - 1]!;
  return [below, middle, above];
}

/** From runs of other sizes: time by area. */
function scaled(db: Database, work: Work, stage: Stage): number | null {
  const perArea = recentStageTimes(db, classKey(work, stage));
  return perArea.length > 0 ? median(perArea) * areaOf(work) : null;
}

const areaOf = ({ recipe }: Work): number => recipe.widthPx * recipe.heightPx;
/** Other precisions and devices take other times. */
const modelOf = ({ recipe: { modelDigest, numerics = '' } }: Work): string => `${modelDigest} ${numerics}`;
const ratioKey = (work: Work): string => `${modelOf(work)} ratio`;
const classKey = (work: Work, stage: Stage): string => `${modelOf(work)} ${stage}`;

function keyOf(work: Work, stage: Stage): string {
  const { widthPx, heightPx, guidanceScale } = work.recipe;
  const guided = guidanceScale > 1 ? 'guided' : 'unguided';
  return `${classKey(work, stage)} ${widthPx}x${heightPx} ${work.references} ${guided}`;
}

function median(values: readonly number[]): number {
  const sorted = values.toSorted((a, b) => a - b);
  const middle = sorted.length >> 1;
  return sorted.length % 2 === 1 ? sorted[middle]! : (sorted[middle - 1]! + sorted[middle]!) / 2;
}
