/**
 * What made the pictures of a turn, complete: the same recipe on the same inputs gives the same bytes.
 * The one type of it, for rows, receipts and the page. Knows no table.
 */
import type { ModelInfo } from '../engine/index.ts';
import type { Chain, DRIFT_ALARMS, DRIFT_REGIONS, Layout, Quality, Stage } from './vocabulary.ts';

/** Sizes in pixels. */
export interface Recipe {
  widthPx: number;
  heightPx: number;
  seed: number;
  steps: number;
  guidanceScale: number;
  count: number;
  layout: Layout;
  /** How an input made here is read: from what it was made of, or from its pixels. Absent means pixels. */
  chain?: Chain;
  /** The words to draw, none where it is empty. Absent in recipes of 0.1.0: there the engine finds them between quotes. */
  renderTexts?: string[];
  /** What was asked for where no steps were named: a draft takes fewer. Absent means final. */
  quality?: Quality;
  /** The picture whose stored prior tokens are taken instead of sampling new ones, and their blob. */
  layoutOf?: { pictureId: string; priorHash: string };
  modelName: string;
  modelDigest: string;
  /** What rounds: precision, device, threads and runtime. Absent in early ones. */
  numerics?: string;
}

/** The fields of a recipe that name the loaded model. */
export const modelOf = ({ name, digest, numerics }: ModelInfo) => ({
  modelName: name,
  modelDigest: digest,
  numerics,
});

/** Milliseconds that each stage of a run took. */
export type ElapsedMs = Partial<Record<Stage, number>>;

/** How far an edit moved from a picture it comes from. */
export interface DriftFigures {
  pictureId: string;
  /** Outside of the changed region, dB; 100 stands for no difference. Null where nothing is outside. */
  outsidePsnrDb: number | null;
  /** Structural similarity outside of the changed region, 1 for equal. */
  outsideSsim: number | null;
  /** By registration: positive moved right and down. Null where the two do not register. */
  shiftPx: { x: number; y: number } | null;
  /** Share of the area that changed, 0 to 1. */
  changedShare: number;
  /** Share of the prior tokens that differ, 0 to 1; null where the grids differ or one has none. */
  changedTokenShare: number | null;
}

/** Drift of an edit. `alarms` names what passed its threshold; empty is well. */
export interface Drift {
  parent: DriftFigures;
  /** Against the first picture of the branch; null where that is the parent. */
  root: DriftFigures | null;
  /** Where the changed region comes from. */
  region: (typeof DRIFT_REGIONS)[number];
  alarms: (typeof DRIFT_ALARMS)[number][];
}
