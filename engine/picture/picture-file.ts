/** A picture's file, judged by its header before any pixel is decoded. This is the one place that decides which files can be used. */
import sharp, { type Metadata, type Sharp } from 'sharp';
import { EngineError } from '../request/errors.ts';

const MAX_SIDE_PX = 16_384;
/** Bounds the memory of a decoded file: 192 MB. */
const MAX_PIXELS = 64_000_000;
const MIN_SIDE_PX = 16;
const MAX_ASPECT = 4;

export type PictureFault = 'not_a_picture' | 'damaged' | 'animated' | 'too_large' | 'too_small' | 'too_long';

/** A file that cannot be taken as a picture: `fault` says why, `params` what its message names. */
export class PictureError extends EngineError {
  readonly fault: PictureFault;
  readonly params: Readonly<Record<string, number>>;

  constructor(fault: PictureFault, params: Record<string, number>, message: string, cause?: unknown) {
    super('bad_image', message, { field: 'references', cause });
    this.fault = fault;
    this.params = params;
  }
}

/** How the files begin that can be read. Others, such as SVG or PDF, are programs whose running time their writer decides. */
const SIGNATURES: readonly (readonly [at: number, bytes: string])[] = [
  [0, '\x89PNG'],
  [0, '\xff\xd8\xff'],
  [0, 'GIF8'],
  [8, 'WEBP'],
  // AVIF and HEIF.
  [4, 'ftyp'],
  [0, 'II*\0'],
  [0, 'MM\0*'],
];
/** A picture of the largest size takes a few seconds. */
const DECODING_SECONDS = 30;

/** A file that may be decoded: its pixels as 8-bit sRGB without transparency, still to be read, and what its header says. */
export interface PictureFile {
  pixels: Sharp;
  header: Metadata;
}

/**
 * Opens PNG, JPEG, WebP, AVIF, GIF and TIFF: EXIF rotation honoured, CMYK and 16 bit converted,
 * transparency laid on white. Throws {@link PictureError} for a file that is no picture, animated, or larger than
 * 16384 px a side or 64 Mpx; reading the pixels with {@link readPixels} throws it for a file that is cut short.
 */
export async function openPicture(bytes: Uint8Array): Promise<PictureFile> {
  const header = await readHeader(bytes);
  const { width, height, pages = 1 } = header;
  if (pages > 1)
    throw new PictureError(
      'animated',
      { frames: pages },
      `The picture is animated (${pages} frames). Save the frame you want as a PNG and send that.`,
    );
  if (Math.max(width, height) > MAX_SIDE_PX || width * height > MAX_PIXELS)
    throw new PictureError(
      'too_large',
      { widthPx: width, heightPx: height, maxSidePx: MAX_SIDE_PX, maxMegapixels: MAX_PIXELS / 1e6 },
      `The picture has ${width} x ${height} px; at most ${MAX_SIDE_PX} px a side and ${MAX_PIXELS / 1e6} million pixels can be read. Scale it down first.`,
    );
  const pixels = sharp(bytes, { failOn: 'truncated' })
    .timeout({ seconds: DECODING_SECONDS })
    .autoOrient()
    .flatten({ background: '#ffffff' })
    .toColourspace('srgb')
    .removeAlpha();
  return { pixels, header };
}

/** The bytes of an opened picture in the form asked for with sharp's `raw()` or `png()`. Throws `bad_image` for damaged ones. */
export async function readPixels(pixels: Sharp): Promise<{ data: Buffer; width: number; height: number }> {
  try {
    const { data, info } = await pixels.toBuffer({ resolveWithObject: true });
    return { data, width: info.width, height: info.height };
  } catch (cause) {
    throw new PictureError(
      'damaged',
      {},
      'The picture is damaged: its header can be read, its pixels cannot. Export it again and send that file.',
      cause,
    );
  }
}

/** Throws `bad_image` for a picture with less than 16 px a side or longer than 4 : 1; no grid of tokens fits it. */
export function checkShape(widthPx: number, heightPx: number): void {
  const size = `The picture has ${widthPx} x ${heightPx} px;`;
  if (Math.min(widthPx, heightPx) < MIN_SIDE_PX)
    throw new PictureError(
      'too_small',
      { widthPx, heightPx, minSidePx: MIN_SIDE_PX },
      `${size} each side needs at least ${MIN_SIDE_PX} px.`,
    );
  if (Math.max(widthPx, heightPx) > MAX_ASPECT * Math.min(widthPx, heightPx))
    throw new PictureError(
      'too_long',
      { widthPx, heightPx, maxAspect: MAX_ASPECT },
      `${size} the longer side may be at most ${MAX_ASPECT} times the shorter. Crop it first.`,
    );
}

async function readHeader(bytes: Uint8Array): Promise<Metadata> {
  const start = Buffer.from(bytes.subarray(0, 16)).toString('latin1');
  try {
    if (!SIGNATURES.some(([at, signature]) => start.startsWith(signature, at)))
      throw new Error('Expected a file that begins as one of the known formats does');
    return await sharp(bytes, { limitInputPixels: false }).metadata();
  } catch (cause) {
    throw new PictureError(
      'not_a_picture',
      {},
      'This file is not a picture that can be read. Send a PNG, JPEG, WebP, AVIF, GIF or TIFF.',
      cause,
    );
  }
}
