/**
 * What one request cost and what it was spared: runs of each graph, and what the caches did. Counts, and decides nothing.
 */
import type { CacheUse, Runs } from './request.ts';

export class Tally {
  readonly runs: Record<string, Runs> = {};
  readonly drafted = { guessed: 0, right: 0 };
  #uses: CacheUse[] = [];

  ran(graph: string, ms: number): void {
    const { count, ms: before } = this.runs[graph] ?? { count: 0, ms: 0 };
    this.runs[graph] = { count: count + 1, ms: before + ms };
  }

  /** Notes what a cache did for one thing that was looked for. */
  used(use: Omit<CacheUse, 'count'>): void {
    this.#uses.push({ ...use, count: 1 });
  }

  /** What was noted since the last time, added up by cache and outcome. */
  takeUses(): CacheUse[] {
    const sums = new Map<string, CacheUse>();
    for (const use of this.#uses) {
      const sum = sums.get(`${use.what} ${use.hit}`);
      if (sum) {
        sum.count += use.count;
        sum.sizeBytes += use.sizeBytes;
        sum.savedMs += use.savedMs;
      } else sums.set(`${use.what} ${use.hit}`, { ...use });
    }
    this.#uses = [];
    return [...sums.values()];
  }
}
