/**
 * A picture file from outside, made into the one form we keep: 8-bit sRGB PNG, upright, on white.
 * What can be refused is refused from the header, before any pixel is decoded. Knows no table.
 */
import sharp, { type Metadata } from 'sharp';
import { HttpError } from './http.ts';

export interface Picture {
  png: Uint8Array;
  widthPx: number;
  heightPx: number;
  /** Media type of the file as it came. */
  mediaType: string;
}

// The limits of the engine for its references; a picture that is taken can also be used.
const MAX_SIDE_PX = 16_384;
const MAX_PIXELS = 64_000_000;
const MIN_SIDE_PX = 16;
const MAX_ASPECT = 4;

const refuse = (message: string): never => {
  throw new HttpError(400, 'bad_image', message, 'file');
};

/**
 * Decodes PNG, JPEG, WebP, AVIF, GIF, TIFF and what else sharp reads; EXIF rotation is honoured.
 * Throws {@link HttpError} 400 for what is not a picture, truncated, animated, too large, too small or too long.
 */
export async function normalisePicture(bytes: Uint8Array): Promise<Picture> {
  const header = await readHeader(bytes);
  checkHeader(header);
  try {
    const { data, info } = await sharp(bytes, { failOn: 'truncated' })
      .autoOrient()
      .flatten({ background: '#ffffff' })
      .toColourspace('srgb')
      .removeAlpha()
      .png({ compressionLevel: 6, palette: false })
      .toBuffer({ resolveWithObject: true });
    return {
      png: data,
      widthPx: info.width,
      heightPx: info.height,
      mediaType: header.mediaType ?? 'application/octet-stream',
    };
  } catch {
    return refuse(
      'The picture is damaged: its header can be read, its pixels cannot. Export it again and send that file.',
    );
  }
}

async function readHeader(bytes: Uint8Array): Promise<Metadata> {
  try {
    return await sharp(bytes, { limitInputPixels: false }).metadata();
  } catch {
    return refuse('This file is not a picture that can be read. Send a PNG, JPEG, WebP, AVIF, GIF or TIFF.');
  }
}

function checkHeader({ width, height, pages = 1 }: Metadata): void {
  const size = `The picture has ${width} x ${height} px;`;
  if (pages > 1)
    refuse(`The picture is animated (${pages} frames). Save the frame you want as a PNG and send that.`);
  if (Math.max(width, height) > MAX_SIDE_PX || width * height > MAX_PIXELS)
    refuse(
      `${size} at most ${MAX_SIDE_PX} px a side and ${MAX_PIXELS / 1e6} million pixels can be read. Scale it down first.`,
    );
  if (Math.min(width, height) < MIN_SIDE_PX) refuse(`${size} at least ${MIN_SIDE_PX} px a side are needed.`);
  if (Math.max(width, height) > MAX_ASPECT * Math.min(width, height))
    refuse(`${size} at most ${MAX_ASPECT} : 1 can be used. Crop it first.`);
}
