/**
 * Sizes that a model can make, from its own limits: common ratios at the area of its default size.
 * Pure; a model with one fixed size offers that one.
 */
import type { ModelInfo } from '../../../engine/index.ts';

export interface Size {
  ratio: string;
  widthPx: number;
  heightPx: number;
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

type SizeLimits = Pick<
  ModelInfo,
  'sizeMultiplePx' | 'minSidePx' | 'maxSidePx' | 'maxAspect' | 'defaultWidthPx' | 'defaultHeightPx'
>;

export function sizeChoices(model: SizeLimits): Size[] {
  const area = model.defaultWidthPx * model.defaultHeightPx;
  const choices = new Map<string, Size>();
  for (const [across, down] of RATIOS) {
    const widthPx = snap(Math.sqrt((area * across) / down), model);
    const heightPx = snap(Math.sqrt((area * down) / across), model);
    const aspect = widthPx / heightPx;
    const drift = Math.abs(Math.log((aspect * down) / across));
    const allowed = Math.max(aspect, 1 / aspect) <= model.maxAspect;
    if (!allowed || drift > TOLERANCE) continue;
    choices.set(`${widthPx}x${heightPx}`, { ratio: `${across}:${down}`, widthPx, heightPx });
  }
  return [...choices.values()];
}

function snap(sidePx: number, { sizeMultiplePx, minSidePx, maxSidePx }: SizeLimits): number {
  const snapped = Math.round(sidePx / sizeMultiplePx) * sizeMultiplePx;
  return Math.min(maxSidePx, Math.max(minSidePx, snapped));
}
