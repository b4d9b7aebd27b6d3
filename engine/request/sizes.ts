/**
 * Sizes of the squares of pixels that tokens and latents stand for, and grids of tokens.
 * Source: docs/model.md, "Sizes and grids".
 */

/** Side of the square of pixels that a semantic token stands for; sides of results are multiples of it. */
export const TOKEN_PX = 32;
/** Side of the square of pixels that one cell of the latents stands for. */
export const LATENT_PX = 8;
/** Side of the square of pixels that the vision tower reads for one semantic token: it reads pictures at half size. */
export const PATCH_PX = TOKEN_PX / 2;
/** DiT tokens on each side of a semantic token. */
const DIT_SIDE = 2;
/** DiT tokens for one semantic token. */
export const DIT_ROWS = DIT_SIDE ** 2;
/** Bytes of a number in fp32. */
export const FLOAT_BYTES = 4;

/** Width and height of a grid of tokens. */
export interface Grid {
  height: number;
  width: number;
}

export const cellCount = (grid: Grid): number => grid.height * grid.width;

/** The grid of DiT tokens over a grid of semantic tokens. */
export const ditGridOf = ({ height, width }: Grid): Grid => ({
  height: height * DIT_SIDE,
  width: width * DIT_SIDE,
});

/** The grid of latents over a grid of semantic tokens. */
export const latentGridOf = ({ height, width }: Grid): Grid => ({
  height: (height * TOKEN_PX) / LATENT_PX,
  width: (width * TOKEN_PX) / LATENT_PX,
});

/** The ids of a grid of semantic tokens repeated for the DiT tokens over it, row-major. Shapes: [cells] to [DIT_ROWS * cells]. */
export function upsampleIds(ids: ArrayLike<number>, grid: Grid): Int32Array {
  const { height, width } = ditGridOf(grid);
  return Int32Array.from({ length: height * width }, (_, i) => {
    const row = Math.floor(Math.floor(i / width) / DIT_SIDE);
    const column = Math.floor((i % width) / DIT_SIDE);
    return ids[row * grid.width + column]!;
  });
}
