/**
 * A sequence of tokens of the language model: its block table in the KV cache, and the slots that its next tokens go to. Forks
 * share the blocks of their common past.
 * Source: paged attention, arXiv 2309.06180.
 */
import { KEY_BLOCK, type Tensor, tensor } from '../../kernels/index.ts';
import type { KeyValueRows, KVCache } from './kv-cache.ts';

/** Added to the score of a key that a row does not see. */
const HIDDEN = -1e30;

/** Tokens of a prompt in one forward pass at most: bounds the memory of attention, which grows with chunk times prompt. */
export const PREFILL_CHUNK = 512;

/** Positions on the three axes (time, row, column), one array each. */
export type Positions = [time: number[], row: number[], column: number[]];

/** Tokens of one sequence in a forward pass: a chunk of its prompt, or its last token and those speculated to follow. */
export interface SequenceInput {
  sequence: Sequence;
  ids: ArrayLike<number>;
  /** One position on each axis for each token. */
  positions: Positions;
  /** Indices of the tokens after which logits are wanted. */
  wanted: readonly number[];
}

export class Sequence {
  readonly kvCache: KVCache;
  /** Blocks in use; the last ones may be empty still. */
  #blockTable: number[] = [];
  /** Tokens in each block that has any. */
  #counts: number[] = [];
  /** Index in the block table of the block that the next token goes to. */
  #next = 0;

  /** An empty sequence. Release it when it is done with. */
  constructor(kvCache: KVCache) {
    this.kvCache = kvCache;
  }

  /** Tokens held. */
  get length(): number {
    return this.#counts.reduce((sum, count) => sum + count, 0);
  }

  /** Puts the next token at the start of a block: where a part begins that other sequences may share or lack. */
  startBlock(): void {
    this.#next = this.#counts.length;
  }

  /**
   * Slots of the next `count` tokens, which are not counted before {@link advance}. To be filled while the cache is used
   * {@link KVCache.exclusively}.
   */
  nextSlots(count: number): number[] {
    const slots: number[] = [];
    for (let index = this.#next; slots.length < count; index++) {
      this.#blockTable[index] ??= this.kvCache.allocateBlock();
      for (let offset = this.#counts[index] ?? 0; offset < KEY_BLOCK && slots.length < count; offset++)
        slots.push(this.#blockTable[index]! * KEY_BLOCK + offset);
    }
    return slots;
  }

  /** Counts tokens that were written to the first of the next slots. */
  advance(count: number): void {
    for (let left = count; left > 0; ) {
      const filled = this.#counts[this.#next] ?? 0;
      const taken = Math.min(left, KEY_BLOCK - filled);
      this.#counts[this.#next] = filled + taken;
      left -= taken;
      if (filled + taken === KEY_BLOCK) this.#next += 1;
    }
  }

  /** Adds tokens whose keys and values are known. */
  append(rows: KeyValueRows): Promise<void> {
    return this.kvCache.exclusively(async () => {
      this.kvCache.write(rows, this.nextSlots(rows.count));
      this.advance(rows.count);
    });
  }

  /** Keys and values of the last `count` tokens, copied. */
  lastRows(count: number): KeyValueRows {
    return this.kvCache.read(this.#slots().slice(-count));
  }

  /** Lets a row of an attention mask see the tokens held. */
  unmask(row: Float32Array): void {
    for (const [i, count] of this.#counts.entries()) {
      const from = this.#blockTable[i]! * KEY_BLOCK;
      row.fill(0, from, from + count);
    }
  }

  /** A sequence that goes on from here on its own; the blocks so far are shared. */
  fork(): Sequence {
    const copy = new Sequence(this.kvCache);
    copy.#counts = [...this.#counts];
    copy.#blockTable = this.#blockTable.slice(0, this.#counts.length);
    for (const block of copy.#blockTable) this.kvCache.shareBlock(block);
    copy.startBlock();
    return copy;
  }

  /** Gives its blocks back; the sequence is empty then. Harmless when repeated. */
  release(): void {
    for (const block of this.#blockTable) this.kvCache.freeBlock(block);
    void this.kvCache.shrink();
    this.#blockTable = [];
    this.#counts = [];
    this.#next = 0;
  }

  #slots(): number[] {
    return this.#counts.flatMap((count, i) =>
      Array.from({ length: count }, (_, offset) => this.#blockTable[i]! * KEY_BLOCK + offset),
    );
  }
}

/** Tokens that a forward pass adds to a sequence, by their slots. */
export interface NewTokens {
  sequence: Sequence;
  slots: readonly number[];
}

/** Each new token sees its sequence and the new tokens of its own up to itself. Shapes: [rows, KEY_BLOCK * blocks]. */
export function attentionMask(all: readonly NewTokens[], blocks: number): Float32Array {
  const keys = blocks * KEY_BLOCK;
  const mask = new Float32Array(all.reduce((sum, { slots }) => sum + slots.length, 0) * keys).fill(HIDDEN);
  let at = 0;
  for (const { sequence, slots } of all)
    for (const [i] of slots.entries()) {
      const row = mask.subarray(at, at + keys);
      sequence.unmask(row);
      for (const slot of slots.slice(0, i + 1)) row[slot] = 0;
      at += keys;
    }
  return mask;
}

/** Where keys and values of new tokens are written. Shapes: slots [rows] to [heads, rows, 3]: block, head, offset in the block. */
export function slotMapping(slots: readonly number[], heads: number): Tensor {
  const triples = Array.from({ length: heads }, (_, head) =>
    slots.map((slot) => [Math.floor(slot / KEY_BLOCK), head, slot % KEY_BLOCK]),
  );
  return tensor('int64', [heads, slots.length, 3], BigInt64Array.from(triples.flat(2), BigInt));
}
