/** How thick the brush of a picture can be. Pure. */
export interface BrushLimits {
  minPx: number;
  maxPx: number;
}

const MIN_PX = 4;
const FIRST_SHARE = 1 / 6;
const STEP = 1.25;

export function brushLimits(widthPx: number): BrushLimits {
  return { minPx: MIN_PX, maxPx: Math.round(widthPx / 2) };
}

export function firstBrushPx(widthPx: number): number {
  return Math.round(widthPx * FIRST_SHARE);
}

/** A quarter thicker (`steps` 1) or thinner (-1), within the limits. */
export function steppedBrushPx(brushPx: number, steps: 1 | -1, { minPx, maxPx }: BrushLimits): number {
  const next = Math.round(brushPx * STEP ** steps);
  return Math.min(maxPx, Math.max(minPx, next));
}
