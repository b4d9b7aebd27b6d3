/** A picture file from outside, made into the one form that is used: 8-bit sRGB PNG, upright, on white, no longer than models read. Knows no table. */
import { checkShape, openPicture, PictureError, readPixels } from '../../engine/index.ts';
import { Refusal, type Refusals } from '../../studio/refusal.ts';

/** Longer sides than any model reads or makes are scaled down for use; the file is kept as it came beside it. */
export const MOST_SIDE_PX = 2048;

export interface Picture {
  png: Uint8Array;
  widthPx: number;
  heightPx: number;
  /** Media type of the file as it came. */
  mediaType: string;
}

/**
 * Refuses what the engine would refuse as a reference, from the file's header where that suffices: a picture that is taken in can
 * also be used. Throws {@link Refusal} `bad_image` for what is not a picture, truncated, animated, too large, too small or too
 * long.
 */
export async function normalisePicture(bytes: Uint8Array): Promise<Picture> {
  return refusing(async () => {
    const { pixels, header } = await openPicture(bytes, MOST_SIDE_PX);
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

/** Reads a picture. Throws {@link Refusal} `bad_image` where the engine refuses the file. */
export async function refusing<Result>(read: () => Promise<Result>): Promise<Result> {
  try {
    return await read();
  } catch (error) {
    if (error instanceof PictureError) throw refusalOf(error);
    throw error;
  }
}

function refusalOf(error: PictureError): Refusal {
  const params = error.params as Refusals[`bad_image.${PictureError['fault']}`];
  return new Refusal(`bad_image.${error.fault}`, params, { field: 'file', cause: error }) as Refusal;
}
