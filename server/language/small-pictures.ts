/** Small forms of the pictures that a message is about: the current one, and the newest beside it. */
import sharp from 'sharp';
import type { BlobStore } from '../../db/blobs.ts';

/** A picture for a language model to look at. */
export interface SmallPicture {
  version: number;
  jpeg: Uint8Array;
}

/** Most pictures that go along. */
export const MOST_SHOWN = 3;
const SIDE_PX = 384;

/** Each picture as a small JPEG; one whose bytes cannot be read is left out. */
export async function smallPictures(
  blobs: BlobStore,
  pictures: readonly { version: number; hash: string }[],
): Promise<SmallPicture[]> {
  const small = await Promise.all(
    pictures.slice(0, MOST_SHOWN).map(async ({ version, hash }) => {
      try {
        const bytes = await blobs.read(hash);
        const fitted = sharp(bytes).resize(SIDE_PX, SIDE_PX, { fit: 'inside', withoutEnlargement: true });
        return { version, jpeg: new Uint8Array(await fitted.jpeg({ quality: 80 }).toBuffer()) };
      } catch {
        return undefined;
      }
    }),
  );
  return small.filter((each) => each !== undefined);
}
