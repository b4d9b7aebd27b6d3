/**
 * The paged KV cache of the language model: keys and values of all sequences under way, in blocks of one pool, so that rows of
 * several sequences run in one forward pass. Owns the memory and counts the sequences that use each block; computes nothing.
 * Source: paged attention, arXiv 2309.06180.
 */
import { KEY_BLOCK, type Tensors, tensor } from '../../kernels/index.ts';
import type { LanguageModelConfig } from './config-schema.ts';

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

/** Blocks of KEY_BLOCK slots. A slot, block * KEY_BLOCK + offset, holds the keys and values of one token in every layer. */
export class KVCache {
  readonly config: LanguageModelConfig;
  /** An array for each layer and part, keys first. [blocks, kvHeads, KEY_BLOCK, headDim] */
  readonly #buffers: Float32Array<ArrayBuffer>[];
  /** Number of sequences that use each block. */
  readonly #refCounts: number[] = [];
  #capacity = FIRST_BLOCKS;
  /** Settles when the last of the uses asked for with {@link exclusively} has ended. */
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

  /** Blocks up to the last one in use, free ones between them included. */
  get blocksInUse(): number {
    return this.#refCounts.findLastIndex((count) => count > 0) + 1;
  }

  /**
   * Runs `use` when no other use runs: everything that takes slots and fills them goes through here, from the first slot to
   * the last. A forward pass reads and writes the buffers as they were when it was asked for, so they must not move before it
   * ends.
   */
  exclusively<R>(use: () => Promise<R>): Promise<R> {
    const result = this.#idle.then(use);
    // A failure reaches its caller through `result`, and holds up no other use.
    this.#idle = result.catch(() => {});
    return result;
  }

  /** All blocks in use, as inputs or outputs of a forward pass. */
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

  /** Copies rows into slots, one slot per row. */
  write({ parts }: KeyValueRows, slots: readonly number[]): void {
    const width = this.config.head_dim;
    this.#eachRow(slots, (part, at, row) => {
      this.#buffers[part]!.set(parts[part]!.subarray(row, row + width), at);
    });
  }

  /** Copies rows out of slots. */
  read(slots: readonly number[]): KeyValueRows {
    const { num_key_value_heads: heads, head_dim: width } = this.config;
    const parts = this.#buffers.map(() => new Float32Array(slots.length * heads * width));
    this.#eachRow(slots, (part, at, row) => {
      parts[part]!.set(this.#buffers[part]!.subarray(at, at + width), row);
    });
    return { count: slots.length, parts };
  }

  /** The lowest free block, in use by one sequence from now on. */
  allocateBlock(): number {
    const free = this.#refCounts.indexOf(0);
    const block = free < 0 ? this.#refCounts.length : free;
    if (block === this.#capacity) this.#resize(this.#capacity * 2);
    this.#refCounts[block] = 1;
    return block;
  }

  /** Lets one more sequence use a block. */
  shareBlock(block: number): void {
    this.#refCounts[block]! += 1;
  }

  /** Ends one sequence's use of a block. Throws RangeError for a block that is free. */
  freeBlock(block: number): void {
    if (this.#refCounts[block] === 0)
      throw new RangeError(`Expected block ${block} to be in use, got a free one`);
    this.#refCounts[block]! -= 1;
  }

  /** Gives memory back where most blocks are free, once no forward pass reads or writes them. */
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
  #eachRow(slots: readonly number[], visit: (part: number, at: number, row: number) => void): void {
    const { num_key_value_heads: heads, head_dim: width } = this.config;
    for (let part = 0; part < this.#buffers.length; part++)
      for (const [i, slot] of slots.entries()) {
        const block = Math.floor(slot / KEY_BLOCK) * this.#blockSize;
        for (let head = 0; head < heads; head++) {
          const at = block + (head * KEY_BLOCK + (slot % KEY_BLOCK)) * width;
          visit(part, at, (i * heads + head) * width);
        }
      }
  }
}
