/**
 * Sizes that a model can make, from its own limits: common ratios at the area of its default size, those that it has learnt
 * first. Pure; a model with one fixed size offers that one.
 */

import type { Knows } from '../../../studio/known.ts';
import { defaultSize, nearestSide, type Size, type SizeLimits } from '../../../studio/sizes.ts';
import type { DraftOptions } from '../state/drafts.ts';

export interface SizeChoice extends Size {
  ratio: string;
}

const RATIOS: [number, number][] = [
  [1, 1],
  [5, 4],
  [4, 3],
  [3, 2],
  [16, 9],
  [2, 1],
  [4, 5],
  [3, 4],
  [2, 3],
  [9, 16],
  [1, 2],
];
/** How far the snapped size may stand from the ratio it is named after. */
const TOLERANCE = 0.06;

/** The size that the next picture will have. */
export function sizeOf({ widthPx, heightPx }: DraftOptions, model: SizeLimits, target: Size | null): Size {
  if (widthPx !== undefined && heightPx !== undefined) return { widthPx, heightPx };
  return defaultSize(model, target ?? undefined);
}

/** Whether a checkpoint was trained on a size; one that does not say is not doubted. */
export function isLearnt({ widthPx, heightPx }: Size, knows: Knows | null): boolean {
  const learnt = knows?.sizes;
  return !learnt || learnt.some((size) => size.widthPx === widthPx && size.heightPx === heightPx);
}

export function sizeText({ widthPx, heightPx }: Size): string {
  return `${widthPx} × ${heightPx}`;
}

export function sizeChoices(model: SizeLimits): SizeChoice[] {
  const area = model.defaultWidthPx * model.defaultHeightPx;
  const choices = new Map<string, SizeChoice>();
  for (const [across, down] of RATIOS) {
    const widthPx = nearestSide(Math.sqrt((area * across) / down), model);
    const heightPx = nearestSide(Math.sqrt((area * down) / across), model);
    const aspect = widthPx / heightPx;
    const drift = Math.abs(Math.log((aspect * down) / across));
    const allowed = Math.max(aspect, 1 / aspect) <= model.maxAspect;
    if (!allowed || drift > TOLERANCE) continue;
    choices.set(`${widthPx}x${heightPx}`, { ratio: `${across}:${down}`, widthPx, heightPx });
  }
  return [...choices.values()];
}
