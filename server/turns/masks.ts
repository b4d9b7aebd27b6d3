/** A painted mask, made into the one form we keep: an 8-bit grey PNG, white where to paint, black where to keep, grey where its edge is soft. */
import sharp from 'sharp';
import { insertMask } from '../../db/blob-rows.ts';
import { keepBlobs } from '../../db/keep-blobs.ts';
import { checkShape, openPicture, readPixels } from '../../engine/index.ts';
import type { MaskView } from '../../studio/protocol.ts';
import { Refusal } from '../../studio/refusal.ts';
import { requireDiskRoom } from '../accounts/limits.ts';
import type { Runtime } from '../runtime.ts';
import { MOST_SIDE_PX, refusing } from './picture.ts';

const HALF = 128;
/** An edge that is blurred by this much is about so many times as wide. */
const SIGMAS = 4;
const MIN_SIGMA = 0.3;

/** How a mask marks the part that may change: painted white on black or on nothing, or left transparent. */
export type MaskForm = 'white' | 'transparent';

/**
 * Keeps a mask. Grey, or half transparent, counts as the nearer of both; a feather then makes the edge soft again, as wide as that.
 * Throws {@link Refusal} `bad_image`, `bad_mask`,
 * `empty_mask`.
 */
export async function takeMask(
  { db, blobs, owner }: Runtime,
  bytes: Uint8Array,
  { form = 'white', featherPx = 0 }: { form?: MaskForm; featherPx?: number } = {},
): Promise<MaskView> {
  requireDiskRoom(db, owner, bytes.byteLength);
  // The same limits as for any picture; transparency lies on black here.
  const { data, width, height } = await refusing(async () => {
    const { header } = await openPicture(bytes);
    checkShape(header.width, header.height);
    if (form === 'transparent' && !header.hasAlpha) throw new Refusal('bad_mask', {}, { field: 'mask' });
    const whole = sharp(bytes, { failOn: 'truncated' }).autoOrient();
    // As the picture that it was painted on is scaled down for use.
    const upright =
      Math.max(header.width, header.height) > MOST_SIDE_PX
        ? whole.resize(MOST_SIDE_PX, MOST_SIDE_PX, { fit: 'inside' })
        : whole;
    const grey =
      form === 'white'
        ? upright.flatten({ background: '#000000' }).greyscale()
        : upright.extractChannel('alpha').negate();
    return readPixels(grey.raw());
  });
  const plain = data.map((value) => (value >= HALF ? 255 : 0));
  return keepMask({ db, blobs, owner }, plain, width, height, featherPx);
}

/** Keeps a mask of bytes that are 0 or 255, row by row, with an edge as soft as `featherPx`. Throws {@link Refusal} `empty_mask`. */
export async function keepMask(
  { db, blobs, owner }: Pick<Runtime, 'db' | 'blobs' | 'owner'>,
  plain: Uint8Array,
  width: number,
  height: number,
  featherPx = 0,
): Promise<MaskView> {
  const painted = plain.reduce((count, value) => count + (value === 255 ? 1 : 0), 0);
  if (painted === 0) throw new Refusal('empty_mask', {}, { field: 'file' });
  const drawn = sharp(plain, { raw: { width, height, channels: 1 } });
  const png = await (featherPx > 0 ? drawn.blur(Math.max(MIN_SIGMA, featherPx / SIGMAS)) : drawn)
    .toColourspace('b-w')
    .png({ compressionLevel: 9 })
    .toBuffer();
  const staged = await blobs.stage(png, 'image/png');
  keepBlobs(db, blobs, [staged], () => insertMask(db, owner, staged.sha256));
  return { hash: staged.sha256, widthPx: width, heightPx: height, paintedShare: painted / plain.length };
}
