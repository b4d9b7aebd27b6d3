/**
 * Sizes of pictures: of one that names none, and the sides that a model takes. Pure; the page shows them and the server draws
 * them.
 */
import type { TOKEN_PX as ENGINE_TOKEN_PX, ModelInfo } from '../engine/index.ts';

/** Side of the square of pixels that a prior token stands for: the engine's, which the type holds this one to. */
export const TOKEN_PX: typeof ENGINE_TOKEN_PX = 32;

export interface Size {
  widthPx: number;
  heightPx: number;
}

/** Limits of a model on the sizes that it takes. */
export type SizeLimits = Pick<
  ModelInfo,
  'sizeMultiplePx' | 'minSidePx' | 'maxSidePx' | 'maxAspect' | 'defaultWidthPx' | 'defaultHeightPx'
>;

/** The size of a turn that names none: that of the picture that it edits (`like`), else the model's usual one. */
export function defaultSize(info: SizeLimits, like: Size | undefined): Size {
  return like ? nearestSize(like, info) : { widthPx: info.defaultWidthPx, heightPx: info.defaultHeightPx };
}

/** The picture's own size where the model can draw it, else the nearest in shape with the model's usual area. */
function nearestSize({ widthPx, heightPx }: Size, info: SizeLimits): Size {
  const { sizeMultiplePx, minSidePx, maxSidePx, maxAspect } = info;
  const fits = (sidePx: number) =>
    sidePx % sizeMultiplePx === 0 && sidePx >= minSidePx && sidePx <= maxSidePx;
  const aspect = Math.min(maxAspect, Math.max(1 / maxAspect, widthPx / heightPx));
  if (fits(widthPx) && fits(heightPx) && aspect === widthPx / heightPx) return { widthPx, heightPx };
  const areaPx = info.defaultWidthPx * info.defaultHeightPx;
  return {
    widthPx: nearestSide(Math.sqrt(areaPx * aspect), info),
    heightPx: nearestSide(Math.sqrt(areaPx / aspect), info),
  };
}

/** The nearest side that a model takes. */
export function nearestSide(sidePx: number, { sizeMultiplePx, minSidePx, maxSidePx }: SizeLimits): number {
  const multiple = Math.round(sidePx / sizeMultiplePx) * sizeMultiplePx;
  return Math.min(maxSidePx, Math.max(minSidePx, multiple));
}
