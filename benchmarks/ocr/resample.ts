/** Pixels read between pixels: resizing, and cutting out a box that stands at an angle. Pure. */
import type { Pixels } from '../../eval/judges/pixels.ts';

export type Point = readonly [x: number, y: number];

/** A picture in another size; bilinear, pixel centres on pixel centres, as OpenCV's `INTER_LINEAR`. */
export function resized(picture: Pixels, width: number, height: number): Pixels {
  const [stepX, stepY] = [picture.width / width, picture.height / height];
  const from: Point = [stepX / 2 - 0.5, stepY / 2 - 0.5];
  return sampled(picture, width, height, { from, across: [stepX, 0], down: [0, stepY] });
}

/**
 * What stands in a box, upright: its top left, top right and bottom left corner become those of a picture of that width and height.
 * Source: PaddleOCR `get_rotate_crop_image`, for boxes with right angles; bilinear where the original is bicubic.
 */
export function cutOut(
  picture: Pixels,
  [from, topRight, bottomLeft]: readonly [Point, Point, Point],
  width: number,
  height: number,
): Pixels {
  const across: Point = [(topRight[0] - from[0]) / width, (topRight[1] - from[1]) / width];
  const down: Point = [(bottomLeft[0] - from[0]) / height, (bottomLeft[1] - from[1]) / height];
  return sampled(picture, width, height, { from, across, down });
}

/** A quarter turn against the clock. */
export function turned({ width, height, data }: Pixels): Pixels {
  const out = new Uint8Array(data.length);
  for (let y = 0; y < height; y++)
    for (let x = 0; x < width; x++)
      for (let c = 0; c < 3; c++)
        out[((width - 1 - x) * height + y) * 3 + c] = data[(y * width + x) * 3 + c]!;
  return { width: height, height: width, data: out };
}

/** Where the first pixel is read, and the steps from one to the next and from one row to the next. */
interface Walk {
  from: Point;
  across: Point;
  down: Point;
}

function sampled(
  { width: w, height: h, data }: Pixels,
  width: number,
  height: number,
  { from, across, down }: Walk,
): Pixels {
  const out = new Uint8Array(width * height * 3);
  for (let y = 0, to = 0; y < height; y++)
    for (let x = 0; x < width; x++) {
      const placeX = within(from[0] + x * across[0] + y * down[0], w - 1);
      const placeY = within(from[1] + x * across[1] + y * down[1], h - 1);
      const left = Math.floor(placeX);
      const top = Math.floor(placeY);
      const shareX = placeX - left;
      const shareY = placeY - top;
      const upper = (top * w + left) * 3;
      const right = left + 1 < w ? 3 : 0;
      const below = top + 1 < h ? w * 3 : 0;
      for (let c = 0; c < 3; c++, to++) {
        const at = upper + c;
        const above = data[at]! * (1 - shareX) + data[at + right]! * shareX;
        const under = data[at + below]! * (1 - shareX) + data[at + below + right]! * shareX;
        out[to] = Math.round(above * (1 - shareY) + under * shareY);
      }
    }
  return { width, height, data: out };
}

const within = (value: number, most: number): number => Math.min(most, Math.max(0, value));
