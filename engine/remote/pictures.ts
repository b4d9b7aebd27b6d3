/** Pictures on their way to an engine elsewhere and back: fitted, checked, and made into the one form that is kept. */
import sharp from 'sharp';
import { decodePicture, encodePng } from '../picture/pixels.ts';
import { EngineError } from '../request/errors.ts';

interface Size {
  widthPx: number;
  heightPx: number;
}

/** A mask whose light pixels may change as a PNG that is transparent there, as OpenAI's API has it. */
export async function transparentMask(mask: Uint8Array): Promise<Uint8Array> {
  const { width, height, data } = await decodePicture(mask);
  const rgba = Uint8Array.from({ length: width * height * 4 }, (_, at) =>
    at % 4 === 3 ? 255 - data[((at - 3) / 4) * 3]! : 0,
  );
  return sharp(rgba, { raw: { width, height, channels: 4 } })
    .png()
    .toBuffer();
}

/** A picture as PNG, each side the nearest multiple that there is. */
export async function fitted(file: Uint8Array, multiplePx: number): Promise<Uint8Array> {
  const pixels = await decodePicture(file);
  const side = (px: number) => Math.max(1, Math.round(px / multiplePx)) * multiplePx;
  const [width, height] = [side(pixels.width), side(pixels.height)];
  if (width === pixels.width && height === pixels.height) return encodePng(pixels);
  const raw = { width: pixels.width, height: pixels.height, channels: 3 } as const;
  return sharp(pixels.data, { raw }).resize(width, height, { fit: 'fill' }).png().toBuffer();
}

/** A picture to try an edit with. */
export function plainPng({ widthPx, heightPx }: Size): Promise<Uint8Array> {
  return sharp({ create: { width: widthPx, height: heightPx, channels: 3, background: '#3060c0' } })
    .png()
    .toBuffer();
}

/**
 * The picture of an answer as the PNG that is kept: the same pixels give the same bytes, whatever file they came in. Throws
 * `rejected` for what is no picture, and for one of another size than was asked for.
 */
export async function received(file: Uint8Array, { widthPx, heightPx }: Size): Promise<Uint8Array> {
  const pixels = await decodePicture(file).catch((cause: unknown) => {
    throw new EngineError('rejected', 'The engine answered with a file that is no picture.', { cause });
  });
  const { width, height } = pixels;
  if (width === widthPx && height === heightPx) return encodePng(pixels);
  throw new EngineError(
    'rejected',
    `The engine drew ${width} x ${height} px instead of ${widthPx} x ${heightPx} px. Ask for a size that it draws.`,
  );
}
