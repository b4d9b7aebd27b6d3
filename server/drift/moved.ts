/**
 * Whether a whole picture was moved or scaled: how much of what has texture lies where it lay, beside how much of it lies where the
 * hypothesis puts it. One thing that moved explains its own blocks alone; a drift explains nearly all. Pure; knows no file.
 */
import type { Plane } from './registration.ts';

const BLOCK_PX = 8;
/** Standard deviation of brightness from which a block shows where it is. */
const TEXTURED = 6;
/** Mean difference of brightness up to which a block is the same one. */
const SAME = 9;
const FEWEST_BLOCKS = 6;
const LEAST_EXPLAINED = 0.4;
const LEAST_GAIN = 0.2;
/** Beyond what drawing a picture anew rounds. */
const LEAST_SHIFT_PX = 2;
const SCALES = [0.85, 0.88, 0.91, 0.94, 0.96, 1.04, 1.06, 1.08, 1.1, 1.13, 1.16];

export interface Moved {
  shift: boolean;
  scale: boolean;
}

type Way = (x: number, y: number) => readonly [x: number, y: number];

/** `shift` is where the second picture lies against the first as far as that could be told. */
export function movedAsOne(before: Plane, after: Plane, shift: { x: number; y: number } | null): Moved {
  const blocks = texturedBlocks(before);
  if (blocks.length < FEWEST_BLOCKS) return { shift: false, scale: false };
  const still = explained(blocks, before, after, (x, y) => [x, y]);
  const isMoved = (way: Way) => {
    const share = explained(blocks, before, after, way);
    return share >= LEAST_EXPLAINED && share >= still + LEAST_GAIN;
  };
  const { x: dx, y: dy } = shift ?? { x: 0, y: 0 };
  const [cx, cy] = [(before.width - 1) / 2, (before.height - 1) / 2];
  return {
    shift: Math.hypot(dx, dy) > LEAST_SHIFT_PX && isMoved((x, y) => [x + dx, y + dy]),
    scale: SCALES.some((by) => isMoved((x, y) => [cx + (x - cx) * by, cy + (y - cy) * by])),
  };
}

interface Corner {
  left: number;
  top: number;
}

function texturedBlocks({ width, height, data }: Plane): Corner[] {
  const found: Corner[] = [];
  for (let top = 0; top + BLOCK_PX <= height; top += BLOCK_PX)
    for (let left = 0; left + BLOCK_PX <= width; left += BLOCK_PX) {
      let sum = 0;
      let squares = 0;
      for (let y = top; y < top + BLOCK_PX; y += 1)
        for (let x = left; x < left + BLOCK_PX; x += 1) {
          const value = data[y * width + x]!;
          sum += value;
          squares += value * value;
        }
      const count = BLOCK_PX * BLOCK_PX;
      if (squares / count - (sum / count) ** 2 > TEXTURED ** 2) found.push({ left, top });
    }
  return found;
}

/** The share of the blocks that stay in the picture and are found again where `way` leads. */
function explained(blocks: readonly Corner[], before: Plane, after: Plane, way: Way): number {
  let found = 0;
  let within = 0;
  for (const { left, top } of blocks) {
    let difference = 0;
    let seen = 0;
    for (let y = top; y < top + BLOCK_PX; y += 1)
      for (let x = left; x < left + BLOCK_PX; x += 1) {
        const [u, v] = way(x, y);
        if (u < 0 || v < 0 || u > after.width - 1 || v > after.height - 1) continue;
        seen += 1;
        difference += Math.abs(before.data[y * before.width + x]! - sample(after, u, v));
      }
    if (seen < (BLOCK_PX * BLOCK_PX) / 2) continue;
    within += 1;
    if (difference / seen <= SAME) found += 1;
  }
  return within === 0 ? 0 : found / within;
}

/** Between four pixels. */
function sample({ width, height, data }: Plane, u: number, v: number): number {
  const x = Math.min(Math.floor(u), width - 2);
  const y = Math.min(Math.floor(v), height - 2);
  const [a, b] = [u - x, v - y];
  const at = y * width + x;
  const upper = data[at]! * (1 - a) + data[at + 1]! * a;
  const lower = data[at + width]! * (1 - a) + data[at + width + 1]! * a;
  return upper * (1 - b) + lower * b;
}
