/** Pictures on their way to an engine elsewhere and back: fitted, checked, and made into the one form that is kept. */
import sharp from 'sharp';
import { compose, decodeMask } from '../picture/mask.ts';
import { decodePicture, encodePng } from '../picture/pixels.ts';
import { EngineError } from '../request/errors.ts';
import type { GenerationRequest } from '../request/request.ts';
import type { ReferenceLimits } from './adapter.ts';

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

/** The files of a request's references, in context order. */
export const filesOf = ({ references = [] }: GenerationRequest): Uint8Array[] =>
  references.map((reference) => ('file' in reference ? reference.file : reference));

/** Files as they fit a server, and which of them, by their place, had to be resized for it. */
export async function fittedAll(
  files: readonly Uint8Array[],
  limits: ReferenceLimits | undefined,
): Promise<{ references: readonly Uint8Array[]; changed: number[] }> {
  if (!limits) return { references: files, changed: [] };
  const fits = await Promise.all(files.map((file) => fitted(file, limits)));
  const changed = [...fits.entries()].flatMap(([at, { isResized }]) => (isResized ? [at] : []));
  return { references: fits.map(({ png }) => png), changed };
}

/** A picture as PNG of the nearest size that there is, of about the same shape. */
async function fitted(
  file: Uint8Array,
  { multiplePx, minSidePx = multiplePx, maxSidePx = Number.POSITIVE_INFINITY }: ReferenceLimits,
): Promise<{ png: Uint8Array; isResized: boolean }> {
  const pixels = await decodePicture(file);
  const { width, height } = pixels;
  const [short, long] = [Math.min(width, height), Math.max(width, height)];
  const larger = Math.max(1, minSidePx / short);
  const scale = Math.min(larger, maxSidePx / long);
  const side = (px: number) => Math.max(1, Math.round((px * scale) / multiplePx)) * multiplePx;
  const [toWidth, toHeight] = [side(width), side(height)];
  if (toWidth === width && toHeight === height) return { png: await encodePng(pixels), isResized: false };
  const png = await sharp(pixels.data, { raw: { width, height, channels: 3 } })
    .resize(toWidth, toHeight, { fit: 'fill' })
    .png()
    .toBuffer();
  return { png, isResized: true };
}

/**
 * Puts the target of a request back outside of its mask, byte by byte, in a picture that was drawn without one; inside, the two are
 * mixed over a narrow edge. Throws `bad_request` for a mask that lets nothing change or is of another size, as the target may be.
 */
export async function compositor(
  request: GenerationRequest,
): Promise<(drawn: Uint8Array) => Promise<Uint8Array>> {
  const { target = 0, widthPx, heightPx } = request;
  const before = await decodePicture(filesOf(request)[target]!);
  const mask = await decodeMask(request.mask!, widthPx, heightPx);
  if (before.width === widthPx && before.height === heightPx)
    return async (drawn) => encodePng(compose(await decodePicture(drawn), before, mask));
  throw new EngineError(
    'bad_request',
    `Expected a picture of the size of the one to change, ${before.width} x ${before.height} px, got ${widthPx} x ${heightPx} px.`,
    { field: 'widthPx' },
  );
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
