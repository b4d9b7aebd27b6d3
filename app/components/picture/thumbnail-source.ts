/** Which of the small views of a picture an `img` loads. */
import { THUMBNAIL_WIDTHS, type ThumbnailWidth } from '../../../studio/vocabulary.ts';

const addressOf = (hash: string, width: ThumbnailWidth) => `/images/${hash}?width=${width}`;

/** Of a picture that is shown at most 96 px wide, on screens of any density. */
export function smallView(hash: string): { src: string; srcSet: string } {
  return { src: addressOf(hash, 96), srcSet: `${addressOf(hash, 96)} 1x, ${addressOf(hash, 192)} 2x` };
}

/** Of a picture that is shown as wide as `sizes` says, in the form of the attribute of that name. */
export function scaledView(hash: string, sizes: string): { src: string; srcSet: string; sizes: string } {
  const srcSet = THUMBNAIL_WIDTHS.map((width) => `${addressOf(hash, width)} ${width}w`).join(', ');
  return { src: addressOf(hash, 384), srcSet, sizes };
}
