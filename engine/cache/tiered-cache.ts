/**
 * Values that cost time to make, kept in memory and, where there is a folder, on disk. A value that leaves memory goes to
 * disk if reading it back is expected to be faster than making it again, by the times measured so far.
 */

import type { CacheName } from '../request/request.ts';
import type { Tally } from '../request/tally.ts';
import { ByteCache, type Cached, type Lease } from './byte-cache.ts';
import type { DiskTier } from './disk-tier.ts';

export interface TieredCacheOptions<V> {
  /** Its name in the `cache` events of requests. */
  what: CacheName;
  budgetBytes: number;
  sizeOf: (value: V) => number;
  disk?: DiskTier;
  /** Whether every value goes to disk as soon as it is made: for small values that take long to make. */
  writeThrough?: boolean;
}

/** A value as it lies on disk. */
interface Stored<V> {
  value: V;
  costMs: number;
}

export class TieredCache<V> {
  readonly #options: TieredCacheOptions<V>;
  readonly #memory: ByteCache<V>;

  constructor(options: TieredCacheOptions<V>) {
    this.#options = options;
    this.#memory = new ByteCache(options.budgetBytes, (key, dropped) => this.#demote(key, dropped));
  }

  get usedBytes(): number {
    return this.#memory.usedBytes;
  }

  /** Whether a value of so many bytes could be kept in memory beside what is leased now. */
  fits(sizeBytes: number): boolean {
    return this.#memory.fits(sizeBytes);
  }

  /** The value under a key, made on a miss; leased until `release`. Equal keys mean equal values. */
  async lease(key: string, tally: Tally, make: () => Promise<V>): Promise<Lease<V>> {
    const { what, sizeOf, writeThrough } = this.#options;
    const known = this.#memory.lease(key);
    if (known) {
      tally.used({ what, hit: true, sizeBytes: known.sizeBytes, savedMs: known.costMs });
      return known;
    }
    const from = performance.now();
    const stored = this.#load(key);
    if (stored) {
      const { value, costMs } = stored;
      const sizeBytes = sizeOf(value);
      const savedMs = Math.max(0, costMs - (performance.now() - from));
      tally.used({ what, hit: true, sizeBytes, savedMs });
      return this.#memory.put(key, { value, sizeBytes, costMs });
    }
    const value = await make();
    const made = { value, sizeBytes: sizeOf(value), costMs: performance.now() - from };
    tally.used({ what, hit: false, sizeBytes: made.sizeBytes, savedMs: 0 });
    if (writeThrough) this.#options.disk?.put(key, { value, costMs: made.costMs } satisfies Stored<V>);
    return this.#memory.put(key, made);
  }

  /** Throws where counted bytes or leases are not those of the entries. */
  checkIntegrity(): void {
    this.#memory.checkIntegrity();
    this.#options.disk?.checkIntegrity();
  }

  #load(key: string): Stored<V> | undefined {
    return this.#options.disk?.get(key) as Stored<V> | undefined;
  }

  #demote(key: string, { value, sizeBytes, costMs }: Cached<V>): void {
    const { disk } = this.#options;
    if (disk && disk.expectedMs(sizeBytes) < costMs) disk.put(key, { value, costMs } satisfies Stored<V>);
  }
}
