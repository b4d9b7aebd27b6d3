/**
 * Keys and values of one token sequence in host memory: one growing buffer per layer, kv head and part.
 * New rows are written by the runtime straight into their place; nothing is copied when the sequence grows.
 */
import { type Tensor, type Tensors, tensor } from '../kernels/index.ts';
import type { LanguageModelConfig } from './config.ts';
import { cacheName } from './graphs.ts';

interface Row {
  past: string;
  present: string;
  buffer: Float32Array;
}

export class SequenceCache {
  readonly #config: LanguageModelConfig;
  readonly #capacity: number;
  readonly #rows: Row[] = [];
  #length = 0;

  /** Room for `capacity` tokens. */
  constructor(config: LanguageModelConfig, capacity: number) {
    this.#config = config;
    this.#capacity = capacity;
    for (let layer = 0; layer < config.num_hidden_layers; layer++)
      for (let head = 0; head < config.num_key_value_heads; head++)
        for (const part of ['k', 'v'] as const)
          this.#rows.push({
            past: cacheName(part, layer, head, 'past'),
            present: cacheName(part, layer, head, 'present'),
            buffer: new Float32Array(capacity * config.head_dim),
          });
  }

  /** Tokens held. */
  get length(): number {
    return this.#length;
  }

  /** The rows held, as inputs of a run. */
  past(): Tensors {
    return Object.fromEntries(
      this.#rows.map(({ past, buffer }) => [past, this.#view(buffer, 0, this.#length)]),
    );
  }

  /** The places of the next `count` rows, as outputs of a run. Throws RangeError beyond the capacity. */
  next(count: number): Tensors {
    return Object.fromEntries(
      this.#rows.map(({ present, buffer }) => [present, this.#view(buffer, this.#length, count)]),
    );
  }

  /** Counts rows that a run has written. */
  advance(count: number): void {
    this.#length += count;
  }

  /** An independent copy of the tokens held, with the same capacity. */
  fork(): SequenceCache {
    const copy = new SequenceCache(this.#config, this.#capacity);
    const held = this.#length * this.#config.head_dim;
    this.#rows.forEach(({ buffer }, i) => {
      copy.#rows[i]!.buffer.set(buffer.subarray(0, held));
    });
    copy.#length = this.#length;
    return copy;
  }

  #view(buffer: Float32Array, from: number, count: number): Tensor {
    const width = this.#config.head_dim;
    if (from + count > this.#capacity)
      throw new RangeError(`Expected at most ${this.#capacity} tokens, got ${from + count}`);
    return tensor('float32', [1, count, width], buffer.subarray(from * width, (from + count) * width));
  }
}
