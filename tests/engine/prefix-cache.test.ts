/** The radix tree of prompts against a plain list of them: the longest common beginning, its rows, budget and leases. */
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { type Prefix, PrefixCache } from '../../engine/cache/prefix-cache.ts';
import type { KeyValueRows } from '../../engine/model/kv-cache.ts';

/** Rows that tell token and place, so that a wrong one shows. */
const rowsOf = (tokens: readonly number[], from: number, to = tokens.length): KeyValueRows => ({
  count: to - from,
  parts: [1, 2].map((part) =>
    Float32Array.from(
      tokens
        .slice(from, to)
        .flatMap((token, i) => [token, from + i, part, tokens.slice(0, from + i).join().length]),
    ),
  ),
});
const ROW_BYTES = 2 * 4 * 4;

const joined = (all: readonly KeyValueRows[]): KeyValueRows => ({
  count: all.reduce((sum, { count }) => sum + count, 0),
  parts: [0, 1].map((part) => Float32Array.from(all.flatMap(({ parts }) => Array.from(parts[part]!)))),
});

const prompts = fc.array(
  fc.record({
    tokens: fc.array(fc.nat(2), { minLength: 1, maxLength: 12 }),
    owner: fc.constantFrom('ann', 'ben'),
    chunk: fc.integer({ min: 1, max: 12 }),
    hold: fc.boolean(),
  }),
  { maxLength: 40 },
);

const common = (a: readonly number[], b: readonly number[]): number => {
  let length = 0;
  while (length < a.length && length < b.length && a[length] === b[length]) length++;
  return length;
};

test.each([
  ['room for all', 1_000_000],
  ['little room', 20 * ROW_BYTES],
])('with %s', (_, budgetBytes) => {
  fc.assert(
    fc.property(prompts, (all) => {
      const cache = new PrefixCache(budgetBytes);
      const seen: { owner: string; tokens: number[] }[] = [];
      const held: { prefix: Prefix; tokens: number[] }[] = [];
      for (const { tokens, owner, chunk, hold } of all) {
        const prefix = cache.match(owner, Int32Array.from(tokens));
        const longest = Math.max(
          0,
          ...seen.filter((each) => each.owner === owner).map((each) => common(each.tokens, tokens)),
        );
        if (budgetBytes >= 1_000_000) expect(prefix.length).toBe(longest);
        expect(prefix.length).toBeLessThanOrEqual(longest);
        expect(prefix.sizeBytes).toBe(prefix.length * ROW_BYTES);
        held.push({ prefix, tokens });
        for (let from = prefix.length; from < tokens.length; from += chunk) {
          const to = Math.min(tokens.length, from + chunk);
          cache.insert(owner, Int32Array.from(tokens.slice(0, to)), rowsOf(tokens, from, to), 1);
        }
        seen.push({ owner, tokens });
        cache.checkIntegrity();
        for (const each of held)
          expect(joined(each.prefix.rowsBetween(0, each.prefix.length))).toEqual(
            rowsOf(each.tokens, 0, each.prefix.length),
          );
        if (!hold) for (const { prefix: each } of held.splice(0)) each.release();
      }
      for (const { prefix } of held) {
        prefix.release();
        prefix.release();
      }
      cache.checkIntegrity();
    }),
    { numRuns: 300 },
  );
});

test('what is leased outlives what is not', () => {
  const cache = new PrefixCache(6 * ROW_BYTES);
  const insert = (tokens: number[]) => cache.insert('', Int32Array.from(tokens), rowsOf(tokens, 0), 1);
  insert([1, 2, 3]);
  const kept = cache.match('', Int32Array.of(1, 2, 3));
  insert([4, 5, 6]);
  insert([7, 8, 9]);
  expect([1, 4, 7].map((first) => cache.match('', Int32Array.of(first)).length)).toEqual([1, 0, 1]);
  kept.release();
  insert([5, 5, 5, 5, 5, 5]);
  expect(cache.match('', Int32Array.of(5)).length).toBe(0);
});

test('nothing is dropped for what would not fit even so', () => {
  const cache = new PrefixCache(6 * ROW_BYTES);
  const insert = (tokens: number[]) => cache.insert('', Int32Array.from(tokens), rowsOf(tokens, 0), 1);
  insert([1, 2, 3]);
  insert([4, 5]);
  // Leased half way: all of it stays, and what it continues.
  const kept = cache.match('', Int32Array.of(1, 2));
  insert([6, 6, 6, 6]);
  expect([1, 4, 6].map((first) => cache.match('', Int32Array.of(first)).length)).toEqual([1, 1, 0]);
  kept.release();
});

test('a limit is kept to, and rows between two places are those', () => {
  const cache = new PrefixCache(1_000);
  const tokens = [1, 2, 3, 4, 5, 6];
  cache.insert('', Int32Array.from(tokens.slice(0, 4)), rowsOf(tokens, 0, 4), 8);
  cache.insert('', Int32Array.from(tokens), rowsOf(tokens, 4), 2);
  const prefix = cache.match('', Int32Array.from(tokens), 5);
  expect(prefix).toMatchObject({ length: 5, costMs: 9 });
  expect(joined(prefix.rowsBetween(2, 5))).toEqual(rowsOf(tokens, 2, 5));
});
