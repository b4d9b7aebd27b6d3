/**
 * Masks: which pixels of a picture may change, and which tokens and latents that concerns. Pixels outside stay as they are,
 * byte by byte; inside, old and new are mixed over a narrow edge. Knows no network.
 */
import sharp from 'sharp';
import { EngineError } from '../request/errors.ts';
import type { Grid } from '../request/sizes.ts';
import type { Pixels } from './pixels.ts';

/** Level of grey from which a pixel of a mask counts as light. */
const LIGHT = 128;
/** Width of the edge inside the mask over which old and new are mixed. */
const FEATHER_PX = 8;

/** Which pixels may change, row-major. */
export interface Mask {
  width: number;
  height: number;
  /** 1 where a pixel may change. */
  inside: Uint8Array;
  /** Of a mask with a soft edge the share of what is made, 0 to 255; otherwise the edge is narrow and lies within the mask. */
  shares?: Uint8Array;
}

const refuse = (message: string, cause?: unknown): never => {
  throw new EngineError('bad_request', message, { field: 'mask', cause });
};

/** Reads a mask file: light pixels may change. Throws `bad_request` for another size, or no picture, or nothing light. */
export async function decodeMask(file: Uint8Array, widthPx: number, heightPx: number): Promise<Mask> {
  const { data, info } = await sharp(file)
    .flatten({ background: '#000000' })
    .toColourspace('b-w')
    .extractChannel(0)
    .raw()
    .toBuffer({ resolveWithObject: true })
    .catch((cause) => refuse('The mask is not a picture that can be read. Send a PNG.', cause));
  if (info.width !== widthPx || info.height !== heightPx)
    refuse(`Expected a mask of ${widthPx} x ${heightPx} px, got ${info.width} x ${info.height}`);
  const size = { width: widthPx, height: heightPx };
  const inside = Uint8Array.from(data, (level) => Number(level >= LIGHT));
  if (!inside.includes(1)) refuse('The mask lets nothing change. Paint what is to change in white.');
  if (!isSoft(data, widthPx)) return { ...size, inside };
  const shares = Uint8Array.from(data, (level) => (level < FAINT ? 0 : level > 255 - FAINT ? 255 : level));
  return { ...size, inside: shares.map((share) => Number(share > 0)), shares };
}

/** Below this a grey of a soft mask is black, and as near to white it is white. */
const FAINT = 4;
/** Drawing and scaling leave one or two greys across an edge; a soft edge has more. */
const GREYS_ACROSS = 3;

/** Whether the edge of a mask is a slope of greys rather than a line. Levels of 0 to 255, row-major. */
export function isSoft(levels: Uint8Array, width: number): boolean {
  let greys = 0;
  let edge = 0;
  for (const [at, level] of levels.entries()) {
    greys += Number(level >= FAINT && level <= 255 - FAINT);
    const isLight = level >= LIGHT;
    const right = (at + 1) % width === 0 ? level : levels[at + 1]!;
    const below = levels[at + width] ?? level;
    edge += Number(right >= LIGHT !== isLight || below >= LIGHT !== isLight);
  }
  return greys > GREYS_ACROSS * edge;
}

/** Whether a cell of a grid over the picture holds a pixel that may change. Shapes: [grid.height * grid.width]. */
export function touchedCells({ width, height, inside }: Mask, grid: Grid): boolean[] {
  const touched = new Array<boolean>(grid.height * grid.width).fill(false);
  const [cellHeight, cellWidth] = [height / grid.height, width / grid.width];
  for (const [pixel, value] of inside.entries()) {
    const row = Math.floor(Math.floor(pixel / width) / cellHeight);
    if (value) touched[row * grid.width + Math.floor((pixel % width) / cellWidth)] = true;
  }
  return touched;
}

/** The made pixels inside the mask and the old ones outside. */
export function compose(made: Pixels, old: Pixels, mask: Mask): Pixels {
  const shares = mask.shares ?? depths(mask, FEATHER_PX + 1);
  const whole = mask.shares ? 255 : FEATHER_PX + 1;
  const data = old.data.map((before, i) => {
    const share = shares[Math.floor(i / 3)]! / whole;
    return Math.round(before + (made.data[i]! - before) * share);
  });
  return { ...made, data };
}

/** Steps, diagonal ones too, from each pixel to the nearest one outside the mask, at most `most`. The picture's border does not count as outside. */
function depths({ width, height, inside }: Mask, most: number): Uint8Array {
  const depth = Uint8Array.from(inside, (value) => (value ? most : 0));
  const relax = (row: number, column: number, neighbours: readonly (readonly [number, number])[]) => {
    const at = row * width + column;
    for (const [down, right] of neighbours) {
      const [y, x] = [row + down, column + right];
      if (y >= 0 && y < height && x >= 0 && x < width)
        depth[at] = Math.min(depth[at]!, depth[y * width + x]! + 1);
    }
  };
  const before = [
    [-1, -1],
    [-1, 0],
    [-1, 1],
    [0, -1],
  ] as const;
  const after = [
    [1, 1],
    [1, 0],
    [1, -1],
    [0, 1],
  ] as const;
  for (let i = 0; i < depth.length; i++) relax(Math.floor(i / width), i % width, before);
  for (let i = depth.length - 1; i >= 0; i--) relax(Math.floor(i / width), i % width, after);
  return depth;
}
