/** A picture's file, judged by its header before any pixel is decoded. This is the one place that decides which files can be used. */
import sharp, { type Metadata, type Sharp } from 'sharp';
import { EngineError } from '../request/errors.ts';
import { type CodedColours, codedColours, toSrgb } from './coded-colours.ts';
import { kindOf } from './picture-format.ts';

const MAX_SIDE_PX = 16_384;
/** Bounds the memory of a decoded file: 192 MB. */
const MAX_PIXELS = 64_000_000;
const MIN_SIDE_PX = 16;
const MAX_ASPECT = 4;

export type PictureFault =
  | 'not_a_picture'
  | 'format'
  | 'damaged'
  | 'animated'
  | 'pages'
  | 'too_large'
  | 'too_small'
  | 'too_long';

/** A file that cannot be taken as a picture: `fault` says why, `params` what its message names. */
export class PictureError extends EngineError {
  readonly fault: PictureFault;
  readonly params: Readonly<Record<string, number | string>>;

  constructor(
    fault: PictureFault,
    params: Record<string, number | string>,
    message: string,
    cause?: unknown,
  ) {
    super('bad_image', message, { field: 'references', cause });
    this.fault = fault;
    this.params = params;
  }
}

/** A picture of the largest size takes a few seconds. */
const DECODING_SECONDS = 30;

/** A file that may be decoded: its pixels as 8-bit sRGB without transparency, still to be read, and what its header says. */
export interface PictureFile {
  pixels: Sharp;
  header: Metadata;
}

/**
 * Opens PNG, JPEG, WebP, AVIF, GIF and TIFF: EXIF rotation honoured, CMYK, 16 bit and wide or HDR colours converted,
 * transparency laid on white, and scaled down to `mostSidePx` where a side is longer. Throws {@link PictureError} for a file
 * that is no picture, has several, or is larger than 16384 px a side or 64 Mpx; reading the pixels with {@link readPixels}
 * throws it for a file that is cut short.
 */
export async function openPicture(bytes: Uint8Array, mostSidePx = MAX_SIDE_PX): Promise<PictureFile> {
  const header = await readHeader(bytes);
  const { width, height } = header;
  refuseSeveral(header);
  if (Math.max(width, height) > MAX_SIDE_PX || width * height > MAX_PIXELS)
    throw new PictureError(
      'too_large',
      { widthPx: width, heightPx: height, maxSidePx: MAX_SIDE_PX, maxMegapixels: MAX_PIXELS / 1e6 },
      `The picture has ${width} x ${height} px; at most ${MAX_SIDE_PX} px a side and ${MAX_PIXELS / 1e6} million pixels can be read. Scale it down first.`,
    );
  const decoded = sharp(bytes, { failOn: 'truncated', limitInputPixels: MAX_PIXELS })
    .timeout({ seconds: DECODING_SECONDS })
    .autoOrient();
  const fitted =
    Math.max(width, height) > mostSidePx
      ? decoded.resize(mostSidePx, mostSidePx, { fit: 'inside', withoutEnlargement: true })
      : decoded;
  const plain = fitted.flatten({ background: '#ffffff' });
  const colours = header.icc ? undefined : codedColours(bytes);
  const pixels = colours ? await inSrgb(plain, header, colours) : plain.toColourspace('srgb').removeAlpha();
  // Of a picture of 16 bits a profile is left aside unless one is asked for; without a profile asking changes the colours.
  return {
    pixels: isDeep(header) && header.icc ? pixels.withIccProfile('srgb', { attach: false }) : pixels,
    header,
  };
}

const isDeep = ({ depth }: Metadata): boolean => depth === 'ushort';

/** Pixels whose colours are coded otherwise, brought to sRGB. */
async function inSrgb(picture: Sharp, header: Metadata, colours: CodedColours): Promise<Sharp> {
  const raw = isDeep(header)
    ? picture.toColourspace('rgb16').removeAlpha().raw({ depth: 'ushort' })
    : picture.toColourspace('srgb').removeAlpha().raw({ depth: 'uchar' });
  const { data, width, height } = await readPixels(raw);
  const numbers = isDeep(header) ? new Uint16Array(data.buffer, data.byteOffset, data.length / 2) : data;
  const pixels = toSrgb(numbers, isDeep(header) ? 65_535 : 255, colours);
  return sharp(pixels, { raw: { width, height, channels: 3 } });
}

function refuseSeveral({ pages = 1, format }: Pick<Metadata, 'pages' | 'format'>): void {
  if (pages <= 1) return;
  if (format === 'tiff')
    throw new PictureError(
      'pages',
      { pages },
      `The file has ${pages} pages. Save the page you want as a PNG and send that.`,
    );
  throw new PictureError(
    'animated',
    { frames: pages },
    `The picture is animated (${pages} frames). Save the frame you want as a PNG and send that.`,
  );
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
  const kind = kindOf(bytes);
  if (kind.is === 'animated') refuseSeveral({ pages: kind.frames, format: 'heif' });
  if (kind.is === 'named')
    throw new PictureError(
      'format',
      { format: kind.format },
      `This is a file of the kind ${kind.format}, which cannot be read here. Save it as a JPEG or PNG and send that.`,
    );
  try {
    if (kind.is === 'unknown')
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
