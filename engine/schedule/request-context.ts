/** What one request works with: the runner, counted; the caches, in its owner's name; and what it holds of them. */
import type { Lease } from '../cache/byte-cache.ts';
import { EngineCaches } from '../cache/caches.ts';
import { ReferenceSets } from '../cache/reference-sets.ts';
import type { ModelRunner, TokenFeed } from '../model/model-runner.ts';
import { LatentColours } from '../picture/latent-colours.ts';
import { Tally } from '../request/tally.ts';
import type { KeyValuePool } from '../model/kv-cache.ts';
import { TokenBatcher } from './token-batcher.ts';

/** What requests share. */
export interface Shared {
  runner: ModelRunner;
  caches: EngineCaches;
  /** Of the sequences under way. */
  pool: KeyValuePool;
  /** Whether rows of the language model are the same bits in any company (row-probe.ts). */
  together: boolean;
  batcher: TokenBatcher;
  /** What previews are made with. */
  colours: LatentColours;
  /** References side by side. */
  sets: ReferenceSets;
}

export class Work {
  readonly runner: ModelRunner;
  readonly caches: EngineCaches;
  readonly pool: KeyValuePool;
  readonly together: boolean;
  readonly colours: LatentColours;
  readonly sets: ReferenceSets;
  readonly #batcher: TokenBatcher;
  readonly owner: string;
  readonly tally = new Tally();
  readonly #held: { release(): void }[] = [];

  constructor({ runner, caches, pool, together, batcher, colours, sets }: Shared, owner = '') {
    this.colours = colours;
    this.sets = sets;
    this.#batcher = batcher;
    this.runner = runner.countedBy(this.tally);
    this.caches = caches;
    this.pool = pool;
    this.together = together;
    this.owner = owner;
  }

  /** Work that remembers nothing, for a runner without an engine. */
  static async alone(runner: ModelRunner): Promise<Work> {
    const caches = new EngineCaches({ digest: '', numerics: '' }, { memoryBytes: 0 });
    const pool = runner.newPool();
    const batcher = new TokenBatcher(runner, pool);
    const colours = await LatentColours.fit(runner);
    const sets = new ReferenceSets();
    return new Work({ runner, caches, pool, together: false, batcher, colours, sets });
  }

  /** One forward of the language model, shared with the requests whose turns run now: see {@link ModelRunner.feedTokens}. */
  feedTokens(feeds: readonly TokenFeed[]): Promise<Float32Array[][]> {
    return this.#batcher.feed(feeds, this.tally);
  }

  /** Keeps what is in use from being dropped until the request ends. */
  hold<H extends { release(): void }>(held: H): H {
    this.#held.push(held);
    return held;
  }

  valueOf<V>(lease: Lease<V>): V {
    return this.hold(lease).value;
  }

  /** Gives back all that is held. */
  release(): void {
    for (const held of this.#held.splice(0)) held.release();
  }
}
