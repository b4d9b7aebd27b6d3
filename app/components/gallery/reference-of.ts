/** A picture of the gallery as a reference of a draft. */
import type { GalleryPicture } from '../../../studio/protocol.ts';
import type { DraftReference } from '../state/drafts.ts';

/** A picture of another session brings what the composer must know of it. */
export function referenceOf(picture: GalleryPicture, sessionId: string | null): Omit<DraftReference, 'role'> {
  if (picture.sessionId === sessionId) return { pictureId: picture.id };
  const { id, turnId, hash, version, widthPx, heightPx, sessionTitle } = picture;
  const other = { pictureId: id, turnId, hash, version, widthPx, heightPx, sessionTitle };
  return { pictureId: id, other: { ...other, sessionId: picture.sessionId } };
}
