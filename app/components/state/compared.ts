/** A picture as far as comparing must know it. */
import type { GalleryPicture, PictureView, TurnView } from '../../../studio/protocol.ts';

export interface Compared {
  id: string;
  hash: string;
  /** Version, and the title of its session where that is another one. */
  label: string;
  prompt: string;
  widthPx: number;
  heightPx: number;
}

/** A picture of the open session. */
export function comparedOf(picture: PictureView, turns: readonly TurnView[], uploaded: string): Compared {
  const prompt = turns.find(({ id }) => id === picture.turnId)?.prompt || uploaded;
  return { ...picture, label: `v${picture.version}`, prompt };
}

/** A picture of any session. */
export function comparedOfGallery(picture: GalleryPicture): Compared {
  return { ...picture, label: `v${picture.version} · ${picture.sessionTitle}` };
}
