/** Rotary tables: cosines and sines of the angles by which rows of the language model and of the DiT are rotated. */
import { ropeTable, type Tensor, tensor } from '../../kernels/index.ts';
import type { Grid } from '../request/sizes.ts';
import type { LanguageModelConfig } from './config-schema.ts';
import type { Positions } from './sequence.ts';

/** Shapes: [rows, rotaryDim] each. */
export interface Rotary {
  cos: Tensor;
  sin: Tensor;
}

/** Tables of the language model for the tokens of several sequences, one after the other. Source: docs/model.md, "Positions". */
export function languageRotary(config: LanguageModelConfig, positions: readonly Positions[]): Rotary {
  const { rotary_dim: rotaryDim, mrope_section: sections, rope_theta: theta } = config;
  const joined = [0, 1, 2].map((axis) => positions.flatMap((each) => each[axis]!));
  return ropeTable({ positions: joined, rotaryDim, sections, theta });
}

/**
 * Tables of the DiT: text rows are not rotated, image rows by their row and column from (0, 0).
 * Shapes: [textRows + grid cells, headDim]. Source: docs/model.md, "DiT".
 */
export function ditRotary(headDim: number, textRows: number, grid: Grid): Rotary {
  const cells = [...new Array(grid.height * grid.width).keys()];
  const positions = [cells.map((i) => Math.floor(i / grid.width)), cells.map((i) => i % grid.width)];
  const image = ropeTable({ positions, rotaryDim: headDim, frequencies: 'each' });
  const rows = textRows + cells.length;
  const withText = (table: Tensor, identity: number) => {
    const data = new Float32Array(rows * headDim).fill(identity, 0, textRows * headDim);
    data.set(table.data as Float32Array, textRows * headDim);
    return tensor('float32', [rows, headDim], data);
  };
  return { cos: withText(image.cos, 1), sin: withText(image.sin, 0) };
}

/** Tables kept at most. */
const MOST_KEPT = 16;

/** Makes tables of the DiT and keeps the last few. */
export class DitRotaries {
  readonly #headDim: number;
  readonly #kept = new Map<string, Rotary>();

  constructor(headDim: number) {
    this.#headDim = headDim;
  }

  /** As {@link ditRotary}. */
  of(textRows: number, grid: Grid): Rotary {
    const key = [textRows, grid.height, grid.width].join();
    const kept = this.#kept.get(key);
    if (kept) return kept;
    const made = ditRotary(this.#headDim, textRows, grid);
    if (this.#kept.size === MOST_KEPT) this.#kept.clear();
    this.#kept.set(key, made);
    return made;
  }
}
