/**
 * The context of one request: the runner, counted; the caches, in its owner's name; and its leases, which end with it. Stages of
 * the pipeline take it as their first argument.
 */
import type { Lease } from '../cache/byte-cache.ts';
import { EngineCaches } from '../cache/caches.ts';
import { ReferenceSets } from '../cache/reference-sets.ts';
import type { KVCache } from '../model/kv-cache.ts';
import type { ModelRunner } from '../model/model-runner.ts';
import type { SequenceInput } from '../model/sequence.ts';
import { Tally } from '../request/tally.ts';
import { TokenBatcher } from './token-batcher.ts';

/** Parts of the engine that all requests share. */
export interface SharedComponents {
  runner: ModelRunner;
  caches: EngineCaches;
  /** Keys and values of the sequences under way. */
  kvCache: KVCache;
  /** See model/batch-invariance.ts. Where false, sequences run alone and one token at a time. */
  batchInvariant: boolean;
  batcher: TokenBatcher;
  /** Keys and values of references, joined. */
  referenceSets: ReferenceSets;
}

export class RequestContext {
  readonly runner: ModelRunner;
  readonly caches: EngineCaches;
  readonly kvCache: KVCache;
  readonly batchInvariant: boolean;
  readonly referenceSets: ReferenceSets;
  readonly owner: string;
  readonly tally = new Tally();
  readonly #batcher: TokenBatcher;
  readonly #held: { release(): void }[] = [];

  constructor(components: SharedComponents, owner = '') {
    this.runner = components.runner.countedBy(this.tally);
    this.caches = components.caches;
    this.kvCache = components.kvCache;
    this.batchInvariant = components.batchInvariant;
    this.referenceSets = components.referenceSets;
    this.#batcher = components.batcher;
    this.owner = owner;
  }

  /** The context of a request that shares nothing and caches nothing, for a runner without an engine. */
  static alone(runner: ModelRunner): RequestContext {
    const kvCache = runner.newKVCache();
    return new RequestContext({
      runner,
      kvCache,
      caches: new EngineCaches({ digest: '', numerics: '' }, { memoryBytes: 0 }),
      batcher: new TokenBatcher(runner, kvCache),
      batchInvariant: false,
      referenceSets: new ReferenceSets(),
    });
  }

  /** One forward pass of the language model, shared with the requests in this batch: see {@link ModelRunner.forward}. */
  forward(inputs: readonly SequenceInput[]): Promise<Float32Array[][]> {
    return this.#batcher.forward(inputs, this.tally);
  }

  /** Releases `held` when the request ends, and not before. */
  hold<H extends { release(): void }>(held: H): H {
    this.#held.push(held);
    return held;
  }

  /** The value of a lease that is held until the request ends. */
  valueOf<V>(lease: Lease<V>): V {
    return this.hold(lease).value;
  }

  /** Releases everything held. */
  release(): void {
    for (const held of this.#held.splice(0)) held.release();
  }
}
