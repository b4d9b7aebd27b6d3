/**
 * A cache bounded in bytes. Leased values stay; of the others, the cheapest to make again for their size are dropped first.
 * It keeps values and never makes them. Source: GreedyDual-Size, Cao and Irani, "Cost-aware WWW proxy caching" (1997).
 */

/** A value in use: it is not dropped before it is released. */
export interface Lease<V> {
  readonly value: V;
  /** Harmless when repeated. */
  release(): void;
}

export interface Cached<V> {
  value: V;
  sizeBytes: number;
  /** Milliseconds that making it took. */
  costMs: number;
}

interface Entry<V> extends Cached<V> {
  leases: number;
  /** Worth of keeping: cost for each byte, from the level at which it was last used. */
  rank: number;
}

export class ByteCache<V> {
  readonly budgetBytes: number;
  readonly #entries = new Map<string, Entry<V>>();
  readonly #onDrop: (key: string, dropped: Cached<V>) => void;
  #usedBytes = 0;
  /** Rank of the value dropped last: values used later rank above it, so that old worth fades. */
  #level = 0;

  constructor(budgetBytes: number, onDrop: (key: string, dropped: Cached<V>) => void = () => {}) {
    this.budgetBytes = budgetBytes;
    this.#onDrop = onDrop;
  }

  get usedBytes(): number {
    return this.#usedBytes;
  }

  get size(): number {
    return this.#entries.size;
  }

  has(key: string): boolean {
    return this.#entries.has(key);
  }

  /** The value kept under a key, with its size and cost. It is leased until `release`. */
  lease(key: string): (Lease<V> & Cached<V>) | undefined {
    const entry = this.#entries.get(key);
    if (!entry) return undefined;
    entry.rank = this.#level + entry.costMs / entry.sizeBytes;
    return { ...entry, ...this.#leaseOf(entry) };
  }

  /** Whether a value of so many bytes could be kept beside what is leased now. */
  fits(sizeBytes: number): boolean {
    const leased = [...this.#entries.values()].filter(({ leases }) => leases > 0);
    return leased.reduce((sum, each) => sum + each.sizeBytes, sizeBytes) <= this.budgetBytes;
  }

  /**
   * Keeps a value if room can be made for it, and leases it. Where it cannot, the value is the caller's alone.
   * A key that is there already keeps its value: equal keys mean equal values.
   */
  put(key: string, made: Cached<V>): Lease<V> {
    const known = this.lease(key);
    if (known) return known;
    if (!this.#makeRoom(made.sizeBytes)) return { value: made.value, release() {} };
    const entry = { ...made, leases: 0, rank: this.#level + made.costMs / made.sizeBytes };
    this.#entries.set(key, entry);
    this.#usedBytes += made.sizeBytes;
    return this.#leaseOf(entry);
  }

  /** Throws where counted bytes or leases are not those of the entries. */
  checkIntegrity(): void {
    const entries = [...this.#entries.values()];
    const sum = entries.reduce((bytes, { sizeBytes }) => bytes + sizeBytes, 0);
    if (sum !== this.#usedBytes) throw new Error(`Expected ${sum} bytes in use, counted ${this.#usedBytes}`);
    if (sum > this.budgetBytes) throw new Error(`Expected at most ${this.budgetBytes} bytes, got ${sum}`);
    const negative = entries.find(({ leases }) => leases < 0);
    if (negative) throw new Error(`Expected no negative count of leases, got ${negative.leases}`);
  }

  #leaseOf(entry: Entry<V>): Lease<V> {
    let held = true;
    entry.leases += 1;
    const release = () => {
      if (held) entry.leases -= 1;
      held = false;
    };
    return { value: entry.value, release };
  }

  #makeRoom(sizeBytes: number): boolean {
    if (!this.fits(sizeBytes)) return false;
    const free = [...this.#entries].filter(([, { leases }]) => leases === 0);
    free.sort(([, a], [, b]) => a.rank - b.rank);
    for (const [key, entry] of free) {
      if (this.#usedBytes + sizeBytes <= this.budgetBytes) break;
      this.#entries.delete(key);
      this.#usedBytes -= entry.sizeBytes;
      this.#level = entry.rank;
      this.#onDrop(key, entry);
    }
    return true;
  }
}
