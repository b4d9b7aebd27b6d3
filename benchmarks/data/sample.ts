/**
 * Which prompts of a benchmark are drawn, and from which seed. Both are functions of names alone: the same sample is drawn on every
 * machine, and a larger sample holds the smaller one. Pure.
 */
import { createHash } from 'node:crypto';

/** Seeds of an engine have this many bits. */
const SEED_BITS = 53n;

const digestOf = (...parts: (string | number)[]): string =>
  createHash('sha256').update(parts.join('\0')).digest('hex');

/**
 * At most `count` items, spread over their sets in proportion to the sets' sizes; in the order of `items`. Within a set the order is
 * that of hashes, and an item's turn comes by its place in its own set.
 */
export function sampleOf<T extends { id: string; set: string }>(
  items: readonly T[],
  count: number,
  seed: number,
): T[] {
  if (count >= items.length) return [...items];
  const ranked = [...Map.groupBy(items, ({ set }) => set).values()].flatMap((set) =>
    set
      .map((item) => ({ item, hash: digestOf('sample', seed, item.id) }))
      .sort((a, b) => (a.hash < b.hash ? -1 : 1))
      .map(({ item, hash }, place) => ({ item, hash, turn: (place + 0.5) / set.length })),
  );
  ranked.sort((a, b) => a.turn - b.turn || (a.hash < b.hash ? -1 : 1));
  const chosen = new Set(ranked.slice(0, count).map(({ item }) => item));
  return items.filter((item) => chosen.has(item));
}

/** The seed of a prompt's pictures, 0 to 2^53 - 1. */
export const seedOf = (benchmark: string, id: string, seed: number): number =>
  Number(BigInt(`0x${digestOf('picture', benchmark, id, seed).slice(0, 16)}`) >> (64n - SEED_BITS));
