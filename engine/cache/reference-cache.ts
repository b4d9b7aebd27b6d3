/**
 * The cache of references: semantic ids and latents, which take two encoders, and the DiT's keys and values, which take a write
 * pass. All depend on the picture and on the numerics, not on prompt, size, steps, seed or other references, so a set of
 * references in any order is found one by one. Source: docs/model.md, "References in the DiT".
 */

import type { ReferenceKeysValues } from '../model/model-runner.ts';
import type { Grid } from '../request/sizes.ts';
import { FLOAT_BYTES } from '../request/sizes.ts';
import type { Tally } from '../request/tally.ts';
import type { Lease } from './byte-cache.ts';
import type { CacheKeys } from './cache-key.ts';
import type { DiskTier } from './disk-tier.ts';
import { dequantizeAll, type QuantizedTensors, quantizeAll } from './quantized-kv.ts';
import { TieredCache } from './tiered-cache.ts';

/** A picture read by both encoders. */
export interface Encoding {
  grid: Grid;
  /** [grid.height * grid.width] */
  semanticIds: Int32Array;
  /** Normalised. [channels, 4 * grid.height, 4 * grid.width] */
  latents: Float32Array;
}

/** Keys and values as computed, or in 8 bits; then fresh ones are read back from their 8 bits too, so that cached equals recomputed. */
export type ReferencePrecision = 'fp32' | 'int8';

export interface ReferenceCacheOptions {
  keys: CacheKeys;
  budgetBytes: number;
  precision: ReferencePrecision;
  disk?: DiskTier;
}

/** Share of the budget that encodings may take; they are about a hundredth of the size of keys and values. */
const ENCODING_SHARE = 0.05;

export class ReferenceCache {
  readonly #keys: CacheKeys;
  readonly #precision: ReferencePrecision;
  readonly #encodings: TieredCache<Encoding>;
  readonly #keysValues: TieredCache<ReferenceKeysValues | QuantizedTensors>;

  constructor({ keys, budgetBytes, precision, disk }: ReferenceCacheOptions) {
    this.#keys = keys;
    this.#precision = precision;
    const encodingBytes = Math.floor(budgetBytes * ENCODING_SHARE);
    this.#encodings = new TieredCache({
      what: 'encoder',
      budgetBytes: encodingBytes,
      sizeOf: ({ semanticIds, latents }) => semanticIds.byteLength + latents.byteLength,
      disk,
      writeThrough: true,
    });
    this.#keysValues = new TieredCache({
      what: 'reference-kv',
      budgetBytes: budgetBytes - encodingBytes,
      sizeOf: keysValuesBytes,
      disk,
    });
  }

  get usedBytes(): number {
    return this.#encodings.usedBytes + this.#keysValues.usedBytes;
  }

  /** Ids and latents of a picture; `encode` runs where they are not known. `hash` names its pixels. */
  async encoding(
    owner: string,
    hash: string,
    tally: Tally,
    encode: () => Promise<Encoding>,
  ): Promise<Encoding> {
    const lease = await this.#encodings.lease(this.#keys.of(owner, 'encoding', [hash]), tally, encode);
    lease.release();
    return lease.value;
  }

  /** Keys and values of a reference, leased; `write` runs where they are not known. `hash` names ids, latents and grid. */
  async keysValues(
    owner: string,
    hash: string,
    tally: Tally,
    write: () => Promise<ReferenceKeysValues>,
  ): Promise<Lease<ReferenceKeysValues>> {
    const key = this.#keys.of(owner, 'keys and values', [this.#precision, hash]);
    const make = async () => {
      const written = await write();
      return this.#precision === 'int8' ? quantizeAll(written) : written;
    };
    const lease = await this.#keysValues.lease(key, tally, make);
    if (this.#precision === 'fp32') return lease as Lease<ReferenceKeysValues>;
    return { value: dequantizeAll(lease.value as QuantizedTensors), release: lease.release };
  }

  /** Whether so many numbers of keys and values, in rows of that width, could be kept beside what is in use now. */
  canKeep(numbers: number, width: number): boolean {
    const bytes =
      this.#precision === 'int8' ? numbers + (numbers / width) * FLOAT_BYTES : numbers * FLOAT_BYTES;
    return this.#keysValues.fits(bytes);
  }

  /** Throws where counted bytes or leases are not those of the entries. */
  checkIntegrity(): void {
    this.#encodings.checkIntegrity();
    this.#keysValues.checkIntegrity();
  }
}

function keysValuesBytes(tensors: ReferenceKeysValues | QuantizedTensors): number {
  return Object.values(tensors).reduce(
    (sum, each) =>
      sum + ('codes' in each ? each.codes.byteLength + each.scales.byteLength : each.data.byteLength),
    0,
  );
}
