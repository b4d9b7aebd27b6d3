/**
 * A masked edit whose target has another size than its result, such as a photo: target and mask are scaled together to the size of the
 * result, so that what lies outside of the mask can stay. Knows no network.
 */
import sharp from 'sharp';
import type { GenerationRequest } from '../request/request.ts';
import { isSoft } from './mask.ts';
import { decodePicture, encodePng } from './pixels.ts';
import { resize } from './resize.ts';

/**
 * The request with a target of the result's size; the same request where it has no mask, or the target has that size. Throws
 * `bad_image` for a target that cannot be read; a mask that cannot be is left to who reads it.
 */
export async function withMaskedTarget(request: GenerationRequest): Promise<GenerationRequest> {
  const { mask, references = [], target = 0, widthPx, heightPx } = request;
  const given = references[target];
  if (!mask || !given) return request;
  const pixels = await decodePicture('file' in given ? given.file : given);
  if (pixels.width === widthPx && pixels.height === heightPx) return request;
  const scaled = await encodePng(resize(pixels, widthPx, heightPx, 'lanczos', 'pillow'));
  return {
    ...request,
    references: references.map((reference, index) => (index === target ? scaled : reference)),
    mask: await scaledMask(mask, pixels, { widthPx, heightPx }),
  };
}

/** A mask of the target at the size of the result. One of any other size stays as it is, and is refused by who reads it. */
async function scaledMask(
  mask: Uint8Array,
  target: { width: number; height: number },
  { widthPx, heightPx }: { widthPx: number; heightPx: number },
): Promise<Uint8Array> {
  try {
    const { width, height } = await sharp(mask).metadata();
    if (width !== target.width || height !== target.height) return mask;
    const grey = sharp(mask).flatten({ background: '#000000' }).toColourspace('b-w').extractChannel(0);
    const { data, info } = await grey.clone().raw().toBuffer({ resolveWithObject: true });
    const scaled = grey.resize(widthPx, heightPx, { fit: 'fill', kernel: 'linear' });
    // A line stays a line.
    return await (isSoft(data, info.width) ? scaled : scaled.threshold(128)).png().toBuffer();
  } catch {
    return mask;
  }
}
