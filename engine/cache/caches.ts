/**
 * All caches of the engine between requests, within one budget of bytes. With a budget of 0 nothing is cached: results are the
 * same, bit by bit, and take longer.
 */
import type { Tensor, Tensors } from '../../kernels/index.ts';
import { machineBytes } from '../model/fit.ts';
import type { CacheOptions, GenerationRequest, MadePicture } from '../request/request.ts';
import { CacheKeys, type Numerics } from './cache-key.ts';
import { DiskTier } from './disk-tier.ts';
import { PrefixCache } from './prefix-cache.ts';
import { ReferenceCache } from './reference-cache.ts';
import { TieredCache } from './tiered-cache.ts';

/** Parts of the memory budget. Keys and values of references are by far the largest. */
const SHARES = { references: 0.7, prefixes: 0.2, modulations: 0.08, glyphs: 0.02 };

/**
 * Part of the machine's memory for caches, unless an option says otherwise: with 64 GiB, five references of 512 px a side of the published
 * model, each of 960 MiB. Requests under way may take twice as much, and the weights need what is left.
 */
export const MEMORY_SHARE = 1 / 8;

const DEFAULTS = { diskBytes: 4 * 2 ** 30, referencePrecision: 'fp32' } as const;

/** Files noted as read; a request whose files are forgotten may wait longer, and that is all. */
const MOST_FILES = 10_000;

const tensorBytes = (tensors: Tensors): number =>
  Object.values(tensors).reduce((sum, { data }) => sum + data.byteLength, 0);

export class EngineCaches {
  readonly keys: CacheKeys;
  readonly references: ReferenceCache;
  readonly prefixes: PrefixCache;
  /** Projected rows of the words to draw. */
  readonly glyphs: TieredCache<Tensor>;
  /** Modulations of the DiT for one timestep at one size. */
  readonly modulations: TieredCache<Tensors>;
  /** Milliseconds of the latest sampling by number of tokens: the time that stored prior tokens save. */
  readonly samplingMs = new Map<number, number>();
  readonly #read = new Set<string>();

  constructor(numerics: Numerics, options: CacheOptions = {}) {
    const { memoryBytes = machineBytes() * MEMORY_SHARE, folder } = options;
    const { diskBytes, referencePrecision } = { ...DEFAULTS, ...options };
    const budget = (part: keyof typeof SHARES) => Math.floor(memoryBytes * SHARES[part]);
    this.keys = new CacheKeys(numerics);
    this.references = new ReferenceCache({
      keys: this.keys,
      budgetBytes: budget('references'),
      precision: referencePrecision,
      disk: folder === undefined ? undefined : new DiskTier(folder, diskBytes),
    });
    this.prefixes = new PrefixCache(budget('prefixes'));
    this.glyphs = new TieredCache({
      what: 'glyphs',
      budgetBytes: budget('glyphs'),
      sizeOf: ({ data }) => data.byteLength,
    });
    this.modulations = new TieredCache({
      what: 'modulations',
      budgetBytes: budget('modulations'),
      sizeOf: tensorBytes,
    });
  }

  /** Whether an owner's requests have read all of these files lately: then their keys and values are most likely cached. */
  haveRead(owner: string, references: GenerationRequest['references'] = []): boolean {
    return references.every((each) => this.#read.has(this.#fileKey(owner, each)));
  }

  noteRead(owner: string, references: GenerationRequest['references'] = []): void {
    if (this.#read.size > MOST_FILES) this.#read.clear();
    for (const each of references) this.#read.add(this.#fileKey(owner, each));
  }

  #fileKey(owner: string, given: Uint8Array | MadePicture): string {
    return this.keys.of(owner, 'file', ['file' in given ? given.file : given]);
  }

  /** Throws where the counts of any cache are not those of its entries. */
  checkIntegrity(): void {
    for (const part of [this.references, this.prefixes, this.glyphs, this.modulations]) part.checkIntegrity();
  }
}
