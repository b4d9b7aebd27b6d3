/** The size of a picture that names none. Pure, and the only place that decides it: the page shows it and the server draws it. */
import type { ModelInfo } from '../engine/index.ts';

export interface Size {
  widthPx: number;
  heightPx: number;
}

/** What a model says of the sizes that it takes. */
export type SizeLimits = Pick<
  ModelInfo,
  'sizeMultiplePx' | 'minSidePx' | 'maxSidePx' | 'maxAspect' | 'defaultWidthPx' | 'defaultHeightPx'
>;

/** An edit takes after the picture that it edits, `like`; anything else has the model's usual size. */
export function defaultSize(info: SizeLimits, like: Size | undefined): Size {
  return like ? nearestSize(like, info) : { widthPx: info.defaultWidthPx, heightPx: info.defaultHeightPx };
}

/** Its own where the model can draw it, else the nearest in shape with the model's usual area. */
function nearestSize({ widthPx, heightPx }: Size, info: SizeLimits): Size {
  const { sizeMultiplePx, minSidePx, maxSidePx, maxAspect } = info;
  const fits = (sidePx: number) =>
    sidePx % sizeMultiplePx === 0 && sidePx >= minSidePx && sidePx <= maxSidePx;
  const aspect = Math.min(maxAspect, Math.max(1 / maxAspect, widthPx / heightPx));
  if (fits(widthPx) && fits(heightPx) && aspect === widthPx / heightPx) return { widthPx, heightPx };
  const areaPx = info.defaultWidthPx * info.defaultHeightPx;
  const snap = (sidePx: number) =>
    Math.min(maxSidePx, Math.max(minSidePx, Math.round(sidePx / sizeMultiplePx) * sizeMultiplePx));
  return { widthPx: snap(Math.sqrt(areaPx * aspect)), heightPx: snap(Math.sqrt(areaPx / aspect)) };
}
