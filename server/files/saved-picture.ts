/** A picture as the file that leaves: with its receipt, in the format that was asked for, under a name that can be found again. */
import sharp from 'sharp';
import { receiptOf } from '../../db/bundle/lineage.ts';
import { embedReceipt, imageDataHash, readReceipt, withoutReceipt } from '../../db/bundle/receipt.ts';
import { type PictureRow, picturesOfPixels } from '../../db/pictures.ts';
import { findSession } from '../../db/sessions.ts';
import { findTurn } from '../../db/turns.ts';
import { pictureWords } from '../../studio/mentions/file-name.ts';
import type { SavedFormat } from '../../studio/vocabulary.ts';
import type { Runtime } from '../runtime.ts';

type Parts = Pick<Runtime, 'db' | 'blobs' | 'studioKey'>;

const QUALITY = 92;

/** How a picture leaves. */
export interface Saving {
  format: SavedFormat;
  /** Of a JPEG or WebP. */
  quality?: number;
  /** Without the prompts and recipes that led to it. */
  isBare?: boolean;
}

/** The bytes of a picture as a file, its receipt signed by the studio. Throws what `blobs.read` throws. */
export async function savedBytes(
  { db, blobs, studioKey }: Parts,
  picture: PictureRow,
  { format, quality = QUALITY, isBare = false }: Saving,
): Promise<Uint8Array> {
  const file = await blobs.read(picture.pixelsBlob);
  const turn = findTurn(db, picture.turnId)!;
  const { index, widthPx, heightPx } = picture;
  const plain = format === 'png' ? file : await converted(file, format, quality);
  if (isBare) return readReceipt(plain) ? withoutReceipt(plain) : plain;
  if (turn.recipe === null || (format === 'png' && readReceipt(file))) return plain;
  const imageData = imageDataHash(plain);
  const exact =
    format === 'png'
      ? {}
      : { exact: { file: picture.pixelsBlob, imageData: imageDataHash(withoutReceipt(file)) } };
  const receipt = receiptOf(db, turn, { index, widthPx, heightPx, imageData, ...exact });
  return embedReceipt(plain, receipt, studioKey);
}

/** The bytes of a hash as a PNG with its receipt; undefined where it is no picture that its owner made here. */
export async function savedBytesOf(
  parts: Parts & { owner: string },
  hash: string,
): Promise<Uint8Array | undefined> {
  const made = picturesOfPixels(parts.db, parts.owner, hash).find(
    ({ turnId }) => findTurn(parts.db, turnId)!.recipe !== null,
  );
  return made && savedBytes(parts, made, { format: 'png' });
}

/** The bytes of a hash without any receipt; undefined where it carries none. */
export async function bareBytesOf(
  { blobs }: Pick<Parts, 'blobs'>,
  hash: string,
): Promise<Uint8Array | undefined> {
  const file = await blobs.read(hash);
  return readReceipt(file) ? withoutReceipt(file) : undefined;
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
