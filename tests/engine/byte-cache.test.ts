/** The cache in memory and the one on disk: never over budget, never without what is in use, and never wrong bytes. */
import { createHash } from 'node:crypto';
import { mkdtempSync, readdirSync, readFileSync, rmSync, statfsSync, writeFileSync } from 'node:fs';
import { freemem, tmpdir } from 'node:os';
import { join } from 'node:path';
import { serialize } from 'node:v8';
import fc from 'fast-check';
import { describe, expect, onTestFinished, test } from 'vitest';
import { ByteCache, type Lease } from '../../engine/cache/byte-cache.ts';
import { DiskTier } from '../../engine/cache/disk-tier.ts';
import { TieredCache } from '../../engine/cache/tiered-cache.ts';
import { Tally } from '../../engine/request/tally.ts';

const newFolder = () => mkdtempSync(join(tmpdir(), 'palimpsest-cache-'));

const steps = fc.array(
  fc.record({
    kind: fc.constantFrom('put' as const, 'put' as const, 'lease' as const, 'release' as const),
    key: fc.nat(7),
    sizeBytes: fc.integer({ min: 1, max: 60 }),
    costMs: fc.integer({ min: 1, max: 50 }),
  }),
  { maxLength: 60 },
);

test('in any order of use: books balance, the budget holds, leased values stay and are what was put', () => {
  fc.assert(
    fc.property(steps, (all) => {
      const cache = new ByteCache<string>(100);
      const held: { key: string; lease: Lease<string>; kept: boolean }[] = [];
      for (const { kind, key: number, sizeBytes, costMs } of all) {
        const key = `k${number}`;
        if (kind === 'release') held.shift()?.lease.release();
        else {
          const lease = kind === 'put' ? cache.put(key, { value: key, sizeBytes, costMs }) : cache.lease(key);
          if (lease) held.push({ key, lease, kept: cache.has(key) });
        }
        cache.checkIntegrity();
        for (const { key: name, lease, kept } of held) {
          expect(lease.value).toBe(name);
          if (kept) expect(cache.has(name)).toBe(true);
        }
      }
    }),
    { numRuns: 300 },
  );
});

test('what costs least to make again for its size goes first; what is leased stays', () => {
  const cache = new ByteCache<number>(100);
  const dear = cache.put('dear', { value: 1, sizeBytes: 40, costMs: 400 });
  const cheap = cache.put('cheap', { value: 2, sizeBytes: 40, costMs: 4 });
  cache.put('new', { value: 3, sizeBytes: 40, costMs: 40 }).release();
  expect([cache.has('dear'), cache.has('cheap'), cache.has('new')]).toEqual([true, true, false]);
  cheap.release();
  cheap.release();
  dear.release();
  cache.put('new', { value: 3, sizeBytes: 40, costMs: 40 }).release();
  expect([cache.has('dear'), cache.has('cheap'), cache.has('new')]).toEqual([true, false, true]);
});

describe('on disk', () => {
  const value = (fill: number, count = 100) => ({
    numbers: new Float32Array(count).fill(fill),
    grid: { height: 1 },
  });

  test('what was kept is found again, by another process too', () => {
    const folder = newFolder();
    const tier = new DiskTier(folder, 10_000);
    tier.put('a', value(1));
    expect(tier.get('a')).toEqual(value(1));
    expect(new DiskTier(folder, 10_000).get('a')).toEqual(value(1));
    expect(tier.get('b')).toBeUndefined();
    tier.checkIntegrity();
  });

  test('the least recently used files go when the budget is full, at opening too', () => {
    const folder = newFolder();
    const tier = new DiskTier(folder, 1500);
    for (const [i, key] of ['a', 'b', 'c'].entries()) tier.put(key, value(i));
    tier.get('a');
    tier.put('d', value(4));
    expect(['a', 'b', 'c', 'd'].map((key) => tier.has(key))).toEqual([true, false, true, true]);
    tier.put('huge', value(1, 1000));
    expect(tier.has('huge')).toBe(false);
    tier.checkIntegrity();
    new DiskTier(folder, 600).checkIntegrity();
    expect(readdirSync(folder)).toHaveLength(1);
  });

  test('arrays of every kind come back as they were, and what is shared is shared again', () => {
    const tier = new DiskTier(newFolder(), 10_000);
    const codes = Int8Array.of(-1, 2);
    const all = {
      arrays: [codes, Int32Array.of(3), Uint16Array.of(4), BigInt64Array.of(5n), new Float32Array()],
      part: new Float32Array([1, 2, 3, 4]).subarray(1, 3),
      again: codes,
      shape: [2, 1],
    };
    tier.put('a', all);
    expect(tier.get('a')).toEqual({ ...all, part: Float32Array.of(2, 3) });
  });

  test('values of more than 2 GiB are kept', { timeout: 300_000 }, ({ skip }) => {
    const folder = newFolder();
    onTestFinished(() => rmSync(folder, { recursive: true }));
    const { bavail, bsize } = statfsSync(folder);
    if (Math.min(freemem(), bavail * bsize) < 6 * 2 ** 30) skip('there is too little memory or disk');
    const tier = new DiskTier(folder, 3 * 2 ** 30);
    const large = new Uint8Array(2 ** 31 + 10);
    large.set([1, 2], large.length - 2);
    tier.put('small', value(1));
    tier.put('large', large);
    const got = tier.get('large') as Uint8Array;
    expect([got.length, ...got.subarray(-3)]).toEqual([2 ** 31 + 10, 0, 1, 2]);
    expect(tier.has('small')).toBe(true);
    tier.checkIntegrity();
  });

  test('nothing is dropped for what cannot be written', () => {
    const tier = new DiskTier(newFolder(), Number.MAX_SAFE_INTEGER);
    tier.put('kept', value(1));
    tier.put('a function', { make: () => 1, numbers: new Float32Array(100) });
    expect([tier.has('kept'), tier.has('a function')]).toEqual([true, false]);
  });

  test('files of the older form are dropped', () => {
    const folder = newFolder();
    const body = serialize({ value: value(1), costMs: 1 });
    writeFileSync(join(folder, 'old'), Buffer.concat([createHash('sha256').update(body).digest(), body]));
    const tier = new DiskTier(folder, 10_000);
    expect(tier.get('old')).toBeUndefined();
    expect(readdirSync(folder)).toEqual([]);
    tier.checkIntegrity();
  });

  test('a torn, rotten, or half-written file counts as missing', () => {
    const folder = newFolder();
    const tier = new DiskTier(folder, 10_000);
    for (const key of ['torn', 'rotten', 'empty']) tier.put(key, value(1));
    const bytes = readFileSync(join(folder, 'torn'));
    writeFileSync(join(folder, 'torn'), bytes.subarray(0, 200));
    writeFileSync(
      join(folder, 'rotten'),
      bytes.map((byte, i) => (i === 150 ? byte ^ 1 : byte)),
    );
    writeFileSync(join(folder, 'empty'), '');
    writeFileSync(join(folder, 'left.tmp'), 'half');
    const again = new DiskTier(folder, 10_000);
    for (const key of ['torn', 'rotten', 'empty']) expect(again.get(key)).toBeUndefined();
    again.checkIntegrity();
    expect(readdirSync(folder)).toEqual([]);
  });
});

test('a value that leaves memory is read from disk where that is quicker than making it, and made where it is not', async () => {
  const disk = new DiskTier(newFolder(), 1_000_000);
  const cache = new TieredCache<Float32Array>({
    what: 'reference-kv',
    budgetBytes: 5_000_000,
    // As if they were large, so that reading seems slow.
    sizeOf: () => 4_000_000,
    disk,
  });
  const made: string[] = [];
  const get = async (key: string, takesMs: number) => {
    const tally = new Tally();
    const lease = await cache.lease(key, tally, async () => {
      made.push(key);
      const until = performance.now() + takesMs;
      while (performance.now() < until);
      return new Float32Array(100).fill(key.length);
    });
    lease.release();
    cache.checkIntegrity();
    expect(lease.value).toEqual(new Float32Array(100).fill(key.length));
    return tally.takeUses()![0]!;
  };
  await get('slow', 100);
  await get('quick one', 0);
  await get('slow again', 100);
  expect(await get('slow', 100)).toMatchObject({ hit: true });
  await get('quick one', 0);
  expect(made).toEqual(['slow', 'quick one', 'slow again', 'quick one']);
});
