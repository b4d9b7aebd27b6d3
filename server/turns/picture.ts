/** A picture file from outside, made into the one form we keep: 8-bit sRGB PNG, upright, on white. Knows no table. */
import { checkShape, EngineError, openPicture, readPixels } from '../../engine/index.ts';
import { HttpError } from '../http/http.ts';

export interface Picture {
  png: Uint8Array;
  widthPx: number;
  heightPx: number;
  /** Media type of the file as it came. */
  mediaType: string;
}

/**
 * What the engine would refuse as a reference is refused here, from the header where that tells: a picture that is taken can
 * also be used. Throws {@link HttpError} 400 for what is not a picture, truncated, animated, too large, too small or too long.
 */
export async function normalisePicture(bytes: Uint8Array): Promise<Picture> {
  return refusing(async () => {
    const { pixels, header } = await openPicture(bytes);
    checkShape(header.width, header.height);
    const { data, width, height } = await readPixels(pixels.png({ compressionLevel: 6, palette: false }));
    return {
      png: data,
      widthPx: width,
      heightPx: height,
      mediaType: header.mediaType ?? 'application/octet-stream',
    };
  });
}

/** Reads a picture; what the engine would refuse is told as {@link HttpError} 400. */
export async function refusing<Result>(read: () => Promise<Result>): Promise<Result> {
  try {
    return await read();
  } catch (error) {
    if (error instanceof EngineError) throw new HttpError(400, 'bad_image', error.message, 'file');
    throw error;
  }
}
