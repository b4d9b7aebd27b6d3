/** Counts of one request: runs of each graph, uses of each cache, tokens proposed and accepted. Decides nothing. */
import type { CacheUse, Runs } from './request.ts';

export class Tally {
  readonly runs: Record<string, Runs> = {};
  readonly speculated = { proposed: 0, accepted: 0 };
  /** By cache and outcome. */
  readonly #uses = new Map<string, CacheUse>();
  #hasNews = false;

  ran(graph: string, ms: number): void {
    const { count, ms: before } = this.runs[graph] ?? { count: 0, ms: 0 };
    this.runs[graph] = { count: count + 1, ms: before + ms };
  }

  /** Counts one use of a cache. */
  used({ what, hit, sizeBytes, savedMs }: Omit<CacheUse, 'count'>): void {
    const key = `${what} ${hit}`;
    const before = this.#uses.get(key) ?? { count: 0, sizeBytes: 0, savedMs: 0 };
    this.#uses.set(key, {
      ...{ what, hit, count: before.count + 1 },
      ...{ sizeBytes: before.sizeBytes + sizeBytes, savedMs: before.savedMs + savedMs },
    });
    this.#hasNews = true;
  }

  /** All uses so far, added up by cache and outcome; undefined where there was none since the last call. */
  takeUses(): CacheUse[] | undefined {
    if (!this.#hasNews) return undefined;
    this.#hasNews = false;
    return [...this.#uses.values()];
  }
}
