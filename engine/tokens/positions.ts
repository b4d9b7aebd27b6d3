/**
 * Positions of tokens on the three axes of M-RoPE: time, row and column.
 * Source: docs/model.md, "Positions"; transformers 5.23 `modeling_glm_image.py` (`get_rope_index`); M-RoPE, arXiv 2409.12191.
 */
import type { Positions } from '../model/sequence.ts';
import { EngineError } from '../request/errors.ts';
import { cellCount, type Grid } from '../request/sizes.ts';

/** A ramp: the same positions on all axes, one after the other. Returns the position after it. */
function pushRamp(positions: Positions, from: number, length: number): number {
  for (let i = 0; i < length; i++) for (const axis of positions) axis.push(from + i);
  return from + length;
}

/** A grid: one time, its rows and columns. Returns the position after it, which is past its longer side. */
function pushGrid(positions: Positions, from: number, grid: Grid): number {
  for (let row = 0; row < grid.height; row++)
    for (let column = 0; column < grid.width; column++) {
      positions[0].push(from);
      positions[1].push(from + row);
      positions[2].push(from + column);
    }
  return from + Math.max(grid.height, grid.width);
}

/** Positions of the prompt, and the one after it: text is a ramp, a reference a grid. Throws `internal` where ids and grids differ. */
export function promptPositions(
  ids: ArrayLike<number>,
  references: readonly Grid[],
  imageStartId: number,
  imageEndId: number,
): { positions: Positions; next: number } {
  const positions: Positions = [[], [], []];
  const all = Array.from(ids);
  let at = 0;
  let next = 0;
  for (const grid of references) {
    const begin = all.indexOf(imageStartId, at) + 1;
    const end = all.indexOf(imageEndId, begin);
    if (begin === 0 || end - begin !== cellCount(grid))
      throw new EngineError(
        'internal',
        `Expected a reference of ${cellCount(grid)} tokens between start and end, got ${end - begin}`,
      );
    next = pushGrid(positions, pushRamp(positions, next, begin - at), grid);
    at = end;
  }
  return { next: pushRamp(positions, next, all.length - at), positions };
}

/** Positions of the generated tokens, grid after grid, and of the end token that is never fed. */
export function generatedPositions(generated: readonly Grid[], from: number): Positions {
  const positions: Positions = [[], [], []];
  const end = generated.reduce((next, grid) => pushGrid(positions, next, grid), from);
  pushRamp(positions, end, 1);
  return positions;
}
