/** Numbers about numbers: means, medians, shares with their 95 % intervals, distance of words. */

/** A share of cases; `low` and `high` bound it at 95 % (Wilson 1927). */
export interface Share {
  value: number;
  n: number;
  low: number;
  high: number;
}

const Z = 1.959964;

/** The share of true values; undefined without any. */
export function share(values: readonly boolean[]): Share | undefined {
  const n = values.length;
  if (n === 0) return undefined;
  const value = values.filter(Boolean).length / n;
  return { value, n, ...wilson(value, n) };
}

/** Bounds at 95 % of a share that was found in `n` cases. */
export function wilson(p: number, n: number): { low: number; high: number } {
  const centre = p + (Z * Z) / (2 * n);
  const half = Z * Math.sqrt((p * (1 - p)) / n + (Z * Z) / (4 * n * n));
  const scale = 1 + (Z * Z) / n;
  return { low: Math.max(0, (centre - half) / scale), high: Math.min(1, (centre + half) / scale) };
}

export function mean(values: readonly number[]): number | undefined {
  return values.length === 0 ? undefined : values.reduce((sum, value) => sum + value, 0) / values.length;
}

export function median(values: readonly number[]): number | undefined {
  if (values.length === 0) return undefined;
  const sorted = [...values].sort((a, b) => a - b);
  const middle = sorted.length >> 1;
  return sorted.length % 2 ? sorted[middle] : (sorted[middle - 1]! + sorted[middle]!) / 2;
}

/** Fewest insertions, deletions and replacements from one word to the other. */
export function editDistance(a: string, b: string): number {
  let row = Array.from({ length: b.length + 1 }, (_, j) => j);
  for (let i = 1; i <= a.length; i++) {
    const next = [i];
    for (let j = 1; j <= b.length; j++)
      next.push(Math.min(row[j]! + 1, next[j - 1]! + 1, row[j - 1]! + (a[i - 1] === b[j - 1] ? 0 : 1)));
    row = next;
  }
  return row[b.length]!;
}

/** Likeness of two words from their edit distance: 1 equal, 0 nothing in common. */
export function wordLikeness(a: string, b: string): number {
  const longest = Math.max(a.length, b.length);
  return longest === 0 ? 1 : 1 - editDistance(a, b) / longest;
}
