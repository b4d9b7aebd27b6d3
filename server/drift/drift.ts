/**
 * How far an edit moved from its parent and from the first picture of its branch, outside of the region that was to
 * change: where a mask was given, outside of the mask, else outside of the changed region, which is estimated. Knows pixels and no
 * table. Measured at 256 px at most: a difference that cannot be seen there is no drift.
 * Source: SSIM: Wang, Bovik, Sheikh, Simoncelli 2004 (window 8, C1 = (0.01 L)^2, C2 = (0.03 L)^2).
 */
import sharp from 'sharp';
import type { Drift, DriftFigures } from '../../studio/recipe.ts';
import type { AskedChange } from './asked.ts';
import { movedAsOne } from './moved.ts';
import { type Plane, shiftBetween } from './registration.ts';

/** Outside of the change an edit should leave everything as it was; beyond these figures there is an alarm. */
const ALARMS = { psnrDb: 22, ssim: 0.8, changedShare: 0.6, colour: 14 } as const;

export interface Compared {
  pictureId: string;
  file: Uint8Array;
  priorTokens: Uint16Array | null;
}

const SIDE_PX = 256;
const BLOCK_PX = 8;
/** A block whose brightness differs by this much on average has changed. */
const CHANGED = 24;
const NO_DIFFERENCE_DB = 100;

/**
 * The drift of an edit from its parent and, where that is another picture, from its root. `asked` is what its message lets change:
 * only what was to stay raises an alarm. With a mask that is everything outside of it, whatever the words say.
 */
export async function measureDrift(
  made: Compared,
  parent: Compared,
  root: Compared | null,
  mask: Uint8Array | null,
  asked: AskedChange,
): Promise<Drift> {
  const pair = await pairOf(made, parent, mask);
  const figures = figuresOf(pair, made, parent);
  return {
    parent: figures,
    root: root && figuresOf(await pairOf(made, root, mask), made, root),
    region: mask ? 'mask' : 'estimated',
    alarms: mask ? outsideAlarms(figures) : alarmsOf(figures, pair, asked),
  };
}

function outsideAlarms({ outsidePsnrDb, outsideSsim }: DriftFigures): Drift['alarms'] {
  const alarms: Drift['alarms'] = [];
  if (outsidePsnrDb !== null && outsidePsnrDb < ALARMS.psnrDb) alarms.push('psnr');
  if (outsideSsim !== null && outsideSsim < ALARMS.ssim) alarms.push('ssim');
  return alarms;
}

/** What changed is estimated here: it is too much where most of the picture changed, in light, in detail or in colour. */
function alarmsOf(
  figures: DriftFigures,
  { before, after, shift, colour }: Pair,
  asked: AskedChange,
): Drift['alarms'] {
  const alarms: Drift['alarms'] = [];
  const moved = movedAsOne(before, after, shift);
  if (!asked.places && moved.shift) alarms.push('shift');
  if (!asked.places && !moved.shift && moved.scale) alarms.push('scale');
  if (asked.look || alarms.length > 0) return alarms;
  const { outsideSsim, changedShare } = figures;
  const isBlurred = outsideSsim !== null && outsideSsim < ALARMS.ssim;
  if (isBlurred || changedShare > ALARMS.changedShare || colour > ALARMS.colour) alarms.push('ssim');
  return alarms;
}

interface Pair {
  before: Plane;
  after: Plane;
  blocks: Block[];
  outside: Block[];
  shift: { x: number; y: number } | null;
  /** Median of how far blocks are from their old colour, 0 to 255, their brightness aside. */
  colour: number;
  scale: number;
}

async function pairOf(made: Compared, from: Compared, mask: Uint8Array | null): Promise<Pair> {
  const { width: widthPx = 1, height: heightPx = 1 } = await sharp(from.file).metadata();
  const scale = Math.min(1, SIDE_PX / Math.max(widthPx, heightPx));
  const size = {
    width: Math.max(1, Math.round(widthPx * scale)),
    height: Math.max(1, Math.round(heightPx * scale)),
  };
  const [after, before, painted, colour] = await Promise.all([
    planeOf(made.file, size),
    planeOf(from.file, size),
    mask && planeOf(mask, size),
    colourDistance(made.file, from.file),
  ]);
  const blocks = blocksOf(after, before);
  const isInside = (block: Block) =>
    painted ? block.pixels.some((at) => painted.data[at]! >= 128) : block.difference > CHANGED;
  const outside = blocks.filter((block) => !isInside(block));
  return { before, after, blocks, outside, shift: shiftBetween(before, after), colour, scale };
}

function figuresOf({ blocks, outside, shift, scale }: Pair, made: Compared, from: Compared): DriftFigures {
  return {
    pictureId: from.pictureId,
    outsidePsnrDb: outside.length === 0 ? null : psnr(outside),
    outsideSsim: outside.length === 0 ? null : rounded(mean(outside.map(({ ssim }) => ssim)), 4),
    shiftPx: shift && { x: rounded(shift.x / scale, 2), y: rounded(shift.y / scale, 2) },
    changedShare: rounded(1 - outside.length / blocks.length, 4),
    changedTokenShare: changedTokens(made.priorTokens, from.priorTokens),
  };
}

/** Cells of a coarse grid over which colours are compared. */
const CELLS = 16;

/** The median over a coarse grid of how far the colour moved, brightness aside: a picture that was tinted is far from the old one nearly everywhere. */
async function colourDistance(one: Uint8Array, other: Uint8Array): Promise<number> {
  const [first, second] = await Promise.all([coloursOf(one), coloursOf(other)]);
  const distances = Array.from({ length: CELLS * CELLS }, (_, cell) => {
    const tint = (data: Buffer, channel: number) =>
      data[cell * 3 + channel]! - (data[cell * 3]! + data[cell * 3 + 1]! + data[cell * 3 + 2]!) / 3;
    return Math.hypot(...[0, 1, 2].map((channel) => tint(first, channel) - tint(second, channel)));
  });
  return distances.sort((a, b) => a - b)[distances.length >> 1]!;
}

function coloursOf(file: Uint8Array): Promise<Buffer> {
  return sharp(file)
    .resize(CELLS, CELLS, { fit: 'fill' })
    .removeAlpha()
    .toColourspace('srgb')
    .raw()
    .toBuffer();
}

async function planeOf(
  file: Uint8Array,
  { width, height }: { width: number; height: number },
): Promise<Plane> {
  const grey = await sharp(file).resize(width, height, { fit: 'fill' }).greyscale().raw().toBuffer();
  return { width, height, data: Float64Array.from(grey) };
}

interface Block {
  pixels: number[];
  /** Mean difference of brightness. */
  difference: number;
  squareError: number;
  ssim: number;
}

function blocksOf(after: Plane, before: Plane): Block[] {
  const blocks: Block[] = [];
  for (let top = 0; top < before.height; top += BLOCK_PX)
    for (let left = 0; left < before.width; left += BLOCK_PX) {
      const pixels: number[] = [];
      for (let y = top; y < Math.min(top + BLOCK_PX, before.height); y += 1)
        for (let x = left; x < Math.min(left + BLOCK_PX, before.width); x += 1)
          pixels.push(y * before.width + x);
      blocks.push(blockOf(pixels, after.data, before.data));
    }
  return blocks;
}

function blockOf(pixels: number[], after: Float64Array, before: Float64Array): Block {
  let difference = 0;
  let squareError = 0;
  const sums = { a: 0, b: 0, aa: 0, bb: 0, ab: 0 };
  for (const at of pixels) {
    const a = after[at]!;
    const b = before[at]!;
    difference += Math.abs(a - b);
    squareError += (a - b) ** 2;
    sums.a += a;
    sums.b += b;
    sums.aa += a * a;
    sums.bb += b * b;
    sums.ab += a * b;
  }
  const count = pixels.length;
  const [ma, mb] = [sums.a / count, sums.b / count];
  const [va, vb, cov] = [sums.aa / count - ma * ma, sums.bb / count - mb * mb, sums.ab / count - ma * mb];
  const [c1, c2] = [(0.01 * 255) ** 2, (0.03 * 255) ** 2];
  const ssim = ((2 * ma * mb + c1) * (2 * cov + c2)) / ((ma * ma + mb * mb + c1) * (va + vb + c2));
  return { pixels, difference: difference / count, squareError, ssim };
}

function psnr(blocks: Block[]): number {
  const count = blocks.reduce((sum, { pixels }) => sum + pixels.length, 0);
  const error = blocks.reduce((sum, { squareError }) => sum + squareError, 0) / count;
  return error === 0
    ? NO_DIFFERENCE_DB
    : rounded(Math.min(NO_DIFFERENCE_DB, 10 * Math.log10(255 ** 2 / error)), 2);
}

function changedTokens(made: Uint16Array | null, from: Uint16Array | null): number | null {
  if (!made || !from || made.length !== from.length) return null;
  const changed = made.reduce((count, token, at) => count + (token === from[at] ? 0 : 1), 0);
  return rounded(changed / made.length, 4);
}

const mean = (values: number[]): number => values.reduce((sum, value) => sum + value, 0) / values.length;
const rounded = (value: number, digits: number): number => Number(value.toFixed(digits));
