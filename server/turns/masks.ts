/** A painted mask, made into the one form we keep: an 8-bit grey PNG, white where to paint, black where to keep. */
import sharp from 'sharp';
import { insertMask } from '../../db/blob-rows.ts';
import { keepBlobs } from '../../db/keep-blobs.ts';
import { checkShape, openPicture, readPixels } from '../../engine/index.ts';
import type { MaskView } from '../../studio/protocol.ts';
import { Refusal } from '../../studio/refusal.ts';
import type { Runtime } from '../runtime.ts';
import { refusing } from './picture.ts';

const HALF = 128;

/** How a mask marks the part that may change: painted white on black or on nothing, or left transparent. */
export type MaskForm = 'white' | 'transparent';

/**
 * Keeps a mask. Grey, or half transparent, counts as the nearer of both. Throws {@link Refusal} `bad_image`, `bad_mask`,
 * `empty_mask`.
 */
export async function takeMask(
  { db, blobs, owner }: Runtime,
  bytes: Uint8Array,
  form: MaskForm = 'white',
): Promise<MaskView> {
  // The same limits as for any picture; transparency lies on black here.
  const { data, width, height } = await refusing(async () => {
    const { header } = await openPicture(bytes);
    checkShape(header.width, header.height);
    if (form === 'transparent' && !header.hasAlpha) throw new Refusal('bad_mask', {}, { field: 'mask' });
    const upright = sharp(bytes, { failOn: 'truncated' }).autoOrient();
    const grey =
      form === 'white'
        ? upright.flatten({ background: '#000000' }).greyscale()
        : upright.extractChannel('alpha').negate();
    return readPixels(grey.raw());
  });
  const plain = data.map((value) => (value >= HALF ? 255 : 0));
  return keepMask({ db, blobs, owner }, plain, width, height);
}

/** Keeps a mask of bytes that are 0 or 255, row by row. Throws {@link Refusal} `empty_mask`. */
export async function keepMask(
  { db, blobs, owner }: Pick<Runtime, 'db' | 'blobs' | 'owner'>,
  plain: Uint8Array,
  width: number,
  height: number,
): Promise<MaskView> {
  const painted = plain.reduce((count, value) => count + (value === 255 ? 1 : 0), 0);
  if (painted === 0) throw new Refusal('empty_mask', {}, { field: 'file' });
  const png = await sharp(plain, { raw: { width, height, channels: 1 } })
    .toColourspace('b-w')
    .png({ compressionLevel: 9 })
    .toBuffer();
  const staged = await blobs.stage(png, 'image/png');
  keepBlobs(db, blobs, [staged], () => insertMask(db, owner, staged.sha256));
  return { hash: staged.sha256, widthPx: width, heightPx: height, paintedShare: painted / plain.length };
}
