/** A picture as the file that leaves: with its receipt, in the format that was asked for, under a name that can be found again. */
import sharp from 'sharp';
import type { BlobStore } from '../../db/blobs.ts';
import { receiptOf } from '../../db/bundle/lineage.ts';
import { embedReceipt, imageDataHash, readReceipt, withoutReceipt } from '../../db/bundle/receipt.ts';
import type { Database } from '../../db/database.ts';
import { type PictureRow, picturesOfPixels } from '../../db/pictures.ts';
import { findSession } from '../../db/sessions.ts';
import { findTurn } from '../../db/turns.ts';
import { pictureWords } from '../../studio/file-name.ts';
import type { SavedFormat } from '../../studio/vocabulary.ts';

type Parts = { db: Database; blobs: BlobStore };

const QUALITY = 92;

/** The bytes of a picture as a file. Throws what `blobs.read` throws. */
export async function savedBytes(
  { db, blobs }: Parts,
  picture: PictureRow,
  format: SavedFormat,
  quality = QUALITY,
): Promise<Uint8Array> {
  const file = await blobs.read(picture.pixelsBlob);
  const turn = findTurn(db, picture.turnId)!;
  const { index, widthPx, heightPx } = picture;
  const plain = format === 'png' ? file : await converted(file, format, quality);
  if (turn.recipe === null || (format === 'png' && readReceipt(file))) return plain;
  const imageData = imageDataHash(plain);
  const exact =
    format === 'png'
      ? {}
      : { exact: { file: picture.pixelsBlob, imageData: imageDataHash(withoutReceipt(file)) } };
  return embedReceipt(plain, receiptOf(db, turn, { index, widthPx, heightPx, imageData, ...exact }));
}

/** The bytes of a hash as a PNG with its receipt; undefined where it is no picture that its owner made here. */
export async function savedBytesOf(
  parts: Parts & { owner: string },
  hash: string,
): Promise<Uint8Array | undefined> {
  const made = picturesOfPixels(parts.db, parts.owner, hash).find(
    ({ turnId }) => findTurn(parts.db, turnId)!.recipe !== null,
  );
  return made && savedBytes(parts, made, 'png');
}

/** The name of a picture's file without what its format adds. */
export function savedName({ db }: Pick<Parts, 'db'>, { turnId, version }: PictureRow): string {
  const turn = findTurn(db, turnId)!;
  const { title } = findSession(db, turn.sessionId)!;
  return pictureWords({ title, prompt: turn.prompt, version });
}

function converted(
  file: Uint8Array,
  format: Exclude<SavedFormat, 'png'>,
  quality: number,
): Promise<Uint8Array> {
  const picture = sharp(file);
  return format === 'jpeg'
    ? picture.jpeg({ quality, chromaSubsampling: '4:4:4' }).toBuffer()
    : picture.webp({ quality }).toBuffer();
}
