/**
 * The drawings of a picture and their places: the small classifier (`train_classifier.py`) on the nine blocks of a 256 x 256 picture.
 * Of blocks that overlap, the surer one counts. Knows nothing of the prompt.
 */
import { join } from 'node:path';
import * as ort from 'onnxruntime-node';
import type { CaseSet } from '../cases.ts';
import { CELL_PX } from './grid.ts';
import { crop, type Pixels, reduce } from './pixels.ts';

/** Cells on each side of the block that a drawing stands in. */
const BLOCK_CELLS = 4;
const BLOCK_PX = BLOCK_CELLS * CELL_PX;
/** The classifier reads blocks at half size. */
const REDUCTION = 2;
/** Below this the place counts as empty. */
const LEAST = 0.5;

/** One recognised drawing. */
export interface Drawing {
  place: string;
  subject: string;
  style: string;
  /** Probability that a drawing stands here. */
  sure: number;
}

/** The probabilities of one place. */
export interface Block {
  place: string;
  /** Probability of each name, in the order of `CaseSet.names`. */
  subjects: Float32Array;
  styles: Float32Array;
  nothing: number;
}

function softmax(logits: Float32Array): Float32Array {
  const most = logits.reduce((a, b) => Math.max(a, b), -Infinity);
  const out = logits.map((logit) => Math.exp(logit - most));
  const sum = out.reduce((a, b) => a + b, 0);
  return out.map((value) => value / sum);
}

const argMax = (values: Float32Array): number =>
  values.reduce((best, value, i) => (value > values[best]! ? i : best), 0);

export class DrawingRecogniser {
  readonly #session: ort.InferenceSession;
  readonly #set: CaseSet;

  private constructor(session: ort.InferenceSession, set: CaseSet) {
    this.#session = session;
    this.#set = set;
  }

  static async load(set: CaseSet): Promise<DrawingRecogniser> {
    const session = await ort.InferenceSession.create(join(import.meta.dirname, '../classifier.onnx'), {
      intraOpNumThreads: 1,
    });
    return new DrawingRecogniser(session, set);
  }

  /** All nine places, each by itself. */
  async blocks(picture: Pixels): Promise<Block[]> {
    const places = Object.entries(this.#set.places);
    const side = BLOCK_PX / REDUCTION;
    const input = new Float32Array(places.length * 3 * side * side);
    for (const [k, [, [row, column]]] of places.entries()) {
      const { data } = reduce(crop(picture, column * CELL_PX, row * CELL_PX, BLOCK_PX, BLOCK_PX), REDUCTION);
      for (let i = 0; i < side * side; i++)
        for (let c = 0; c < 3; c++) input[(k * 3 + c) * side * side + i] = data[i * 3 + c]! / 255;
    }
    const out = await this.#session.run({
      blocks: new ort.Tensor('float32', input, [places.length, 3, side, side]),
    });
    const subjects = out.subject!.data as Float32Array;
    const styles = out.style!.data as Float32Array;
    const names = this.#set.names.length;
    const looks = this.#set.styles.length;
    return places.map(([place], k) => {
      const all = softmax(subjects.slice(k * (names + 1), (k + 1) * (names + 1)));
      return {
        place,
        subjects: all.slice(0, names),
        nothing: all[names]!,
        styles: softmax(styles.slice(k * looks, (k + 1) * looks)),
      };
    });
  }

  /** The drawings that stand beside each other in a picture, the surest first. */
  async recognise(picture: Pixels): Promise<Drawing[]> {
    const sure = (await this.blocks(picture)).filter(({ nothing }) => 1 - nothing > LEAST);
    sure.sort((a, b) => b.subjects[argMax(b.subjects)]! - a.subjects[argMax(a.subjects)]!);
    const kept: Block[] = [];
    for (const block of sure)
      if (kept.every((other) => !this.#overlap(block.place, other.place))) kept.push(block);
    return kept.map(({ place, subjects, styles, nothing }) => ({
      place,
      subject: this.#set.names[argMax(subjects)]!,
      style: this.#set.styles[argMax(styles)]!,
      sure: 1 - nothing,
    }));
  }

  /** The likeliest of some names at a place, whatever else it might be. */
  async among(picture: Pixels, place: string, candidates: readonly string[]): Promise<string> {
    const block = (await this.blocks(picture)).find((other) => other.place === place)!;
    const p = (name: string) => block.subjects[this.#set.names.indexOf(name)]!;
    return candidates.reduce((best, name) => (p(name) > p(best) ? name : best));
  }

  #overlap(a: string, b: string): boolean {
    const [p, q] = [this.#set.places[a]!, this.#set.places[b]!];
    return Math.abs(p[0] - q[0]) < BLOCK_CELLS && Math.abs(p[1] - q[1]) < BLOCK_CELLS;
  }
}
