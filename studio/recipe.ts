/**
 * The recipe of a turn, complete: the same recipe on the same inputs gives the same bytes. One type for rows, receipts and the
 * page, and that of the drift that is measured of its pictures. Pure; knows no table.
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
  /** How an input made here is read: from its stored prior tokens and latents, or from its pixels. Absent means pixels. */
  chain?: Chain;
  /** The words to draw, none where it is empty. Absent in recipes of 0.1.0: there the engine finds them between quotes. */
  renderTexts?: string[];
  /** The quality that was asked for: a draft takes fewer steps where none are named. Absent means final. */
  quality?: Quality;
  /** The model knew no mask: it drew the whole picture, and outside of the mask the target's pixels were put back. */
  composite?: true;
  /** Words are read back in the picture, and it is drawn once more where they are misspelt. Absent: drawn once. */
  secondLook?: boolean;
  /** The picture whose stored prior tokens are taken instead of sampling new ones, and their blob. */
  layoutOf?: { pictureId: string; priorHash: string };
  modelName: string;
  modelDigest: string;
  /** Precision, device, threads and runtime, which decide how sums round. Absent in early recipes. */
  numerics?: string;
}

/** The fields of a recipe that name the loaded model. */
export const modelOf = ({ name, digest, numerics }: ModelInfo) => ({
  modelName: name,
  modelDigest: digest,
  numerics,
});

/**
 * The second look of a recipe: where the model can, unless it was asked not to, of a picture that has words to draw or comes from
 * one that may have some.
 */
export function secondLookOf(
  { can }: Pick<ModelInfo, 'can'>,
  {
    wanted = true,
    renderTexts = [],
    isEdit,
  }: { wanted?: boolean; renderTexts?: readonly string[]; isEdit: boolean },
): { secondLook?: true } {
  return can.secondLook && wanted && (renderTexts.length > 0 || isEdit) ? { secondLook: true } : {};
}

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
