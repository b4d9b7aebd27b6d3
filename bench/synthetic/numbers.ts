/** Seeded normal numbers as stored bytes, made once for each spread and laid out again from other beginnings, so that a tensor costs a copy. */
import { seededRandom } from '../seeded-random.ts';
import type { Spread } from './tensors.ts';

/** Most numbers of one spread; more would be nearer to independent rows, and cost memory. */
const POOL_LIMIT = 1 << 20;
/** Bytes that are written at once. */
export const CHUNK_BYTES = 1 << 23;

/** bfloat16 bits of float32 numbers, rounded to nearest, ties to even. */
export function bfloat16Bits(numbers: Float32Array): Uint16Array {
  const bits = new Uint32Array(numbers.buffer, numbers.byteOffset, numbers.length);
  return Uint16Array.from(bits, (word) => (word + 0x7fff + ((word >>> 16) & 1)) >>> 16);
}

/** Standard normal numbers (Box and Muller). */
function normal(seed: number, length: number): Float32Array {
  const random = seededRandom(seed);
  const numbers = new Float32Array(length);
  for (let k = 0; k < length; k += 2) {
    const radius = Math.sqrt(-2 * Math.log(1 - random()));
    const angle = 2 * Math.PI * random();
    numbers[k] = radius * Math.cos(angle);
    if (k + 1 < length) numbers[k + 1] = radius * Math.sin(angle);
  }
  return numbers;
}

export class Numbers {
  readonly #seed: number;
  readonly #poolLength: number;
  readonly #pools = new Map<string, Uint8Array>();
  #unit: Float32Array | undefined;

  /** `longest`: numbers of the longest tensor. */
  constructor(seed: number, longest = POOL_LIMIT) {
    this.#seed = seed;
    this.#poolLength = Math.min(POOL_LIMIT, 2 * longest);
  }

  /** Bytes of a tensor of `count` numbers, in parts of at most {@link CHUNK_BYTES}; the same for the same seed and name. */
  *of(name: string, count: number, spread: Spread, dtype: 'BF16' | 'F32'): Generator<Uint8Array> {
    const pool = this.#pool(spread, dtype);
    const width = dtype === 'F32' ? 4 : 2;
    const random = seededRandom(hash(name) ^ this.#seed);
    let left = count * width;
    while (left > 0) {
      // From a beginning of its own, and not past the end of the pool.
      const from = Math.floor(random() * (pool.length / width / 2)) * width;
      const length = Math.min(left, pool.length - from, CHUNK_BYTES);
      yield pool.subarray(from, from + length);
      left -= length;
    }
  }

  #pool(spread: Spread, dtype: 'BF16' | 'F32'): Uint8Array {
    const key = `${spread} ${dtype}`;
    const known = this.#pools.get(key);
    if (known) return known;
    this.#unit ??= normal(this.#seed, this.#poolLength);
    const numbers =
      typeof spread === 'number'
        ? this.#unit.map((number) => number * spread)
        : new Float32Array(this.#poolLength).fill(spread === 'ones' ? 1 : 0);
    const stored = dtype === 'F32' ? numbers : bfloat16Bits(numbers);
    const bytes = new Uint8Array(stored.buffer, stored.byteOffset, stored.byteLength);
    this.#pools.set(key, bytes);
    return bytes;
  }
}

/** FNV-1a, 32 bits. */
function hash(text: string): number {
  let value = 0x811c9dc5;
  for (const byte of new TextEncoder().encode(text)) value = Math.imul(value ^ byte, 0x01000193) >>> 0;
  return value;
}
