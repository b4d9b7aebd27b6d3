/**
 * Keys and values of the token sequences under way, in blocks of one pool, so that rows of several sequences run in one
 * forward. A sequence is a list of blocks; forks share those of their common past. Holds numbers, computes none.
 * Source: paged attention, arXiv 2309.06180.
 */
import { KEY_BLOCK, type Tensors, tensor } from '../../kernels/index.ts';
import type { LanguageModelConfig } from './config.ts';

const HIDDEN = -1e30;
const FIRST_BLOCKS = 4;
/** The pool shrinks where less of it is in use: half of what it shrinks to is free then, so that it does not grow at once. */
const LEAST_USED_SHARE = 0.25;

/** Keys and values of some tokens, outside the pool: one array per layer and part, keys first. [count, kvHeads, headDim] each. */
export interface KeyValueRows {
  count: number;
  parts: Float32Array[];
}

/** Views of the rows of some of the tokens. */
export function sliceRows({ count, parts }: KeyValueRows, from: number, to: number): KeyValueRows {
  const width = (parts[0]?.length ?? 0) / count;
  return { count: to - from, parts: parts.map((part) => part.subarray(from * width, to * width)) };
}

export class KeyValuePool {
  readonly config: LanguageModelConfig;
  /** One per layer and part, keys first. [blocks, kvHeads, KEY_BLOCK, headDim] */
  readonly #buffers: Float32Array<ArrayBuffer>[];
  /** How many sequences hold each block. */
  readonly #holders: number[] = [];
  #capacity = FIRST_BLOCKS;
  /** Ends when nobody uses the pool {@link exclusively} any more. */
  #idle: Promise<unknown> = Promise.resolve();

  constructor(config: LanguageModelConfig) {
    this.config = config;
    const size = this.#capacity * this.#blockSize;
    this.#buffers = Array.from({ length: config.num_hidden_layers * 2 }, () => new Float32Array(size));
  }

  /** Bytes that the pool holds, in use or free. */
  get sizeBytes(): number {
    return this.#capacity * this.blockBytes;
  }

  /** Bytes of one block over all layers. */
  get blockBytes(): number {
    return this.#blockSize * this.config.num_hidden_layers * 2 * Float32Array.BYTES_PER_ELEMENT;
  }

  /** Blocks that a sequence holds, and any between them. */
  get blocksInUse(): number {
    return this.#holders.findLastIndex((holders) => holders > 0) + 1;
  }

  /** An empty sequence. Release it when it is done with. */
  newSequence(): Sequence {
    return new Sequence(this);
  }

  /**
   * Does something while nobody else does: all that takes places for rows and fills them goes through here, from the first
   * to the last. A run reads and writes the buffers as they were when it was asked for, so they must not move before it ends.
   */
  exclusively<R>(use: () => Promise<R>): Promise<R> {
    const result = this.#idle.then(use);
    // A failure is told to who asked, and holds up nobody else.
    this.#idle = result.catch(() => {});
    return result;
  }

  /** Everything in use, as inputs or outputs of a run. */
  tensors(nameOf: (part: 'k' | 'v', layer: number) => string): Tensors {
    const { num_key_value_heads: heads, head_dim: width } = this.config;
    const blocks = this.blocksInUse;
    const shape = [blocks, heads, KEY_BLOCK, width];
    return Object.fromEntries(
      this.#buffers.map((buffer, i) => {
        const name = nameOf(i % 2 === 0 ? 'k' : 'v', Math.floor(i / 2));
        return [name, tensor('float32', shape, buffer.subarray(0, blocks * this.#blockSize))];
      }),
    );
  }

  /** Copies rows to their places, one place per row. */
  write({ parts }: KeyValueRows, places: readonly number[]): void {
    const width = this.config.head_dim;
    this.#eachRow(places, (part, at, row) => {
      this.#buffers[part]!.set(parts[part]!.subarray(row, row + width), at);
    });
  }

  /** Copies rows out of their places. */
  read(places: readonly number[]): KeyValueRows {
    const { num_key_value_heads: heads, head_dim: width } = this.config;
    const parts = this.#buffers.map(() => new Float32Array(places.length * heads * width));
    this.#eachRow(places, (part, at, row) => {
      parts[part]!.set(this.#buffers[part]!.subarray(at, at + width), row);
    });
    return { count: places.length, parts };
  }

  /** The lowest free block, held once. */
  takeBlock(): number {
    const free = this.#holders.indexOf(0);
    const block = free < 0 ? this.#holders.length : free;
    if (block === this.#capacity) this.#resize(this.#capacity * 2);
    this.#holders[block] = 1;
    return block;
  }

  holdBlock(block: number): void {
    this.#holders[block]! += 1;
  }

  releaseBlock(block: number): void {
    if (this.#holders[block] === 0)
      throw new RangeError(`Expected block ${block} to be held, got a free one`);
    this.#holders[block]! -= 1;
  }

  /** Gives memory back where most blocks are free, once no run reads or writes them. */
  shrink(): Promise<void> {
    return this.exclusively(async () => {
      let blocks = this.#capacity;
      while (blocks > FIRST_BLOCKS && this.blocksInUse < blocks * LEAST_USED_SHARE) blocks /= 2;
      if (blocks < this.#capacity) this.#resize(blocks);
    });
  }

  get #blockSize(): number {
    return this.config.num_key_value_heads * KEY_BLOCK * this.config.head_dim;
  }

  #resize(blocks: number): void {
    // Where memory runs out on the way, every buffer still has room for the capacity.
    this.#capacity = Math.min(this.#capacity, blocks);
    const sizeBytes = blocks * this.#blockSize * Float32Array.BYTES_PER_ELEMENT;
    // One after the other, and none waits to be collected: old and new together would be half as much again.
    for (const [i, { buffer }] of this.#buffers.entries())
      this.#buffers[i] = new Float32Array(buffer.transfer(sizeBytes));
    this.#capacity = blocks;
  }

  /** Visits each row of each part and head: where it lies in the pool, and where in rows outside. */
  #eachRow(places: readonly number[], visit: (part: number, at: number, row: number) => void): void {
    const { num_key_value_heads: heads, head_dim: width } = this.config;
    for (let part = 0; part < this.#buffers.length; part++)
      for (const [i, place] of places.entries()) {
        const block = Math.floor(place / KEY_BLOCK) * this.#blockSize;
        for (let head = 0; head < heads; head++) {
          const at = block + (head * KEY_BLOCK + (place % KEY_BLOCK)) * width;
          visit(part, at, (i * heads + head) * width);
        }
      }
  }
}

/** One sequence of tokens in a pool. */
export class Sequence {
  readonly pool: KeyValuePool;
  /** Blocks held; the last ones may be empty still. */
  #blocks: number[] = [];
  /** Tokens in each block that has any. */
  #counts: number[] = [];
  /** Index of the block that the next token goes to. */
  #next = 0;

  constructor(pool: KeyValuePool) {
    this.pool = pool;
  }

  /** Tokens held. */
  get length(): number {
    return this.#counts.reduce((sum, count) => sum + count, 0);
  }

  /** Puts the next token at the start of a block: where a part begins that others may share or lack. */
  startSegment(): void {
    this.#next = this.#counts.length;
  }

  /**
   * Places of the next `count` tokens, which are not counted before {@link advance}. Block times KEY_BLOCK plus offset.
   * To be filled by whoever has the pool {@link KeyValuePool.exclusively}.
   */
  nextPlaces(count: number): number[] {
    const places: number[] = [];
    for (let index = this.#next; places.length < count; index++) {
      this.#blocks[index] ??= this.pool.takeBlock();
      for (let offset = this.#counts[index] ?? 0; offset < KEY_BLOCK && places.length < count; offset++)
        places.push(this.#blocks[index]! * KEY_BLOCK + offset);
    }
    return places;
  }

  /** Counts tokens that were written to the first of the next places. */
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
    return this.pool.exclusively(async () => {
      this.pool.write(rows, this.nextPlaces(rows.count));
      this.advance(rows.count);
    });
  }

  /** Keys and values of the last `count` tokens, copied. */
  lastRows(count: number): KeyValueRows {
    return this.pool.read(this.#places().slice(-count));
  }

  /** Shows the tokens held in a row of a mask. */
  reveal(row: Float32Array): void {
    for (const [i, count] of this.#counts.entries()) {
      const from = this.#blocks[i]! * KEY_BLOCK;
      row.fill(0, from, from + count);
    }
  }

  /** A sequence that goes on from here on its own; what is held so far is shared. */
  fork(): Sequence {
    const copy = new Sequence(this.pool);
    copy.#counts = [...this.#counts];
    copy.#blocks = this.#blocks.slice(0, this.#counts.length);
    for (const block of copy.#blocks) this.pool.holdBlock(block);
    copy.startSegment();
    return copy;
  }

  /** Gives its blocks back; the sequence is empty then. Harmless when repeated. */
  release(): void {
    for (const block of this.#blocks) this.pool.releaseBlock(block);
    void this.pool.shrink();
    this.#blocks = [];
    this.#counts = [];
    this.#next = 0;
  }

  #places(): number[] {
    return this.#counts.flatMap((count, i) =>
      Array.from({ length: count }, (_, offset) => this.#blocks[i]! * KEY_BLOCK + offset),
    );
  }
}

/** Rows that one run adds to a sequence. */
export interface NewRows {
  sequence: Sequence;
  places: readonly number[];
}

/** Each new row sees its sequence and the new rows of its own up to itself. Shapes: [rows, KEY_BLOCK * blocks]. */
export function maskOf(all: readonly NewRows[], blocks: number): Float32Array {
  const keys = blocks * KEY_BLOCK;
  const mask = new Float32Array(all.reduce((sum, { places }) => sum + places.length, 0) * keys).fill(HIDDEN);
  let at = 0;
  for (const { sequence, places } of all)
    for (const [i] of places.entries()) {
      const row = mask.subarray(at, at + keys);
      sequence.reveal(row);
      for (const place of places.slice(0, i + 1)) row[place] = 0;
      at += keys;
    }
  return mask;
}
