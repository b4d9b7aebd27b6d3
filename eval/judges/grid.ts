/** The grid of the evaluation's pictures, on which places, rows of words and changed cells are given: a cell for each prior token. */
import { TOKEN_PX } from '../../studio/sizes.ts';

/** Cells on each side. */
export const CELLS = 8;
export const CELL_PX = TOKEN_PX;
/** Rows that words may stand in: top, middle, bottom. */
export const TEXT_ROWS = [1, 3, 6];
