/**
 * The KV cache: blocks are counted right whatever sequences do, and the language model gives a row the
 * same bits whatever other rows run beside it, which batching, speculation and resuming rest on.
 */
import fc from 'fast-check';
import { afterAll, beforeAll, beforeEach, describe, expect, test, vi } from 'vitest';
import { openCheckpoint } from '../../engine/model/checkpoint.ts';
import { type KeyValueRows, KVCache } from '../../engine/model/kv-cache.ts';
import { ModelRunner } from '../../engine/model/model-runner.ts';
import { type Positions, Sequence } from '../../engine/model/sequence.ts';
import { KEY_BLOCK } from '../../kernels/index.ts';
import { needsFixtures, noFixtures, TINY } from './fixtures.ts';

beforeEach(needsFixtures);

let runner: ModelRunner;
beforeAll(async () => {
  if (!noFixtures) runner = await ModelRunner.load(openCheckpoint(TINY), 'cpu');
});
afterAll(() => runner?.dispose());

const ramp = (from: number, count: number): Positions => {
  const axis = Array.from({ length: count }, (_, i) => from + i);
  return [axis, axis, axis];
};

/** Feeds tokens in chunks and answers the logits of each, and what was cached. */
async function read(ids: readonly number[], chunks: readonly number[], kvCache = runner.newKVCache()) {
  const sequence = new Sequence(kvCache);
  const logits: Float32Array[] = [];
  let at = 0;
  for (const count of chunks) {
    const feed = { sequence, ids: ids.slice(at, at + count), positions: ramp(at, count) };
    logits.push(...(await runner.forward(kvCache, [{ ...feed, wanted: [...feed.ids.keys()] }]))[0]!);
    sequence.advance(count);
    at += count;
  }
  return { sequence, logits, rows: sequence.lastRows(ids.length) };
}

const IDS = Array.from({ length: 2 * KEY_BLOCK + 24 }, (_, i) => (i * 37) % 200);

describe('rows', () => {
  test('are the same bits in chunks of any size', async () => {
    const whole = await read(IDS, [IDS.length]);
    for (const size of [1, 7, KEY_BLOCK, 140]) {
      const sizes = Array.from({ length: Math.floor(IDS.length / size) }, () => size);
      const rest = IDS.length % size;
      const { logits, rows } = await read(IDS, rest ? [...sizes, rest] : sizes);
      expect(rows).toEqual(whole.rows);
      expect(logits).toEqual(whole.logits);
    }
  });

  test('are the same bits beside other sequences, and where those left holes', async () => {
    const kvCache = runner.newKVCache();
    const [before, gone] = [
      await read(IDS.slice(40), [50, IDS.length - 90], kvCache),
      await read(IDS.slice(90), [IDS.length - 90], kvCache),
    ];
    gone.sequence.release();
    const { sequence, logits, rows } = await read(IDS.slice(0, 50), [50], kvCache);
    const alone = await read(IDS.slice(0, 50), [50]);
    expect(logits).toEqual(alone.logits);
    expect(rows).toEqual(alone.rows);
    const next = { ids: [3, 4], positions: ramp(300, 2), wanted: [0, 1] };
    const together = await runner.forward(kvCache, [
      { sequence: before.sequence, ...next },
      { sequence, ...next },
    ]);
    expect(together[1]).toEqual(
      (await runner.forward(alone.sequence.kvCache, [{ sequence: alone.sequence, ...next }]))[0],
    );
  });

  test('are the same bits after what was tried and thrown away', async () => {
    const { sequence } = await read(IDS, [IDS.length]);
    const next = (ids: number[]) =>
      runner.forward(sequence.kvCache, [
        { sequence, ids, positions: ramp(IDS.length, ids.length), wanted: [...ids.keys()] },
      ]);
    const [first] = await next([5, 6, 7, 8]);
    sequence.advance(1);
    await next([9, 9, 9]);
    const alone = await read([...IDS, 5], [IDS.length + 1]);
    expect(first![0]).toEqual(alone.logits.at(-1));
    expect(sequence.lastRows(IDS.length + 1)).toEqual(alone.rows);
  });

  test('are the same bits when several forward passes of a cache are asked for at once', async () => {
    const parts = [IDS, IDS.slice(20), IDS.slice(40)];
    const alone = [];
    for (const ids of parts) alone.push(await read(ids, [ids.length - 7, 7]));
    const kvCache = runner.newKVCache();
    const beside = await Promise.all(parts.map((ids) => read(ids, [ids.length - 7, 7], kvCache)));
    expect(beside.map(({ logits }) => logits)).toEqual(alone.map(({ logits }) => logits));
    expect(beside.map(({ rows }) => rows)).toEqual(alone.map(({ rows }) => rows));
  });

  test('are the same bits when others are copied in meanwhile', async () => {
    const alone = await read(IDS, [IDS.length]);
    const kvCache = runner.newKVCache();
    const copy = new Sequence(kvCache);
    const [beside] = await Promise.all([read(IDS, [IDS.length], kvCache), copy.append(alone.rows)]);
    expect(beside.rows).toEqual(alone.rows);
    expect(copy.lastRows(IDS.length)).toEqual(alone.rows);
  });

  test('are the same bits where the cache shrinks meanwhile', async () => {
    const known = IDS.length - 7;
    const alone = await read(IDS, [known, 7]);
    const kvCache = runner.newKVCache();
    const { sequence } = await read(IDS.slice(0, known), [known], kvCache);
    const large = new Sequence(kvCache);
    for (let times = 0; times < 10; times++) await large.append(alone.rows);
    const grown = kvCache.sizeBytes;
    const ids = IDS.slice(known);
    const feed = { sequence, ids, positions: ramp(known, 7), wanted: [...ids.keys()] };
    const forward = runner.forward(kvCache, [feed]);
    large.release();
    expect((await forward)[0]).toEqual(alone.logits.slice(known));
    sequence.advance(7);
    await vi.waitFor(() => expect(kvCache.sizeBytes).toBeLessThan(grown));
    expect(sequence.lastRows(IDS.length)).toEqual(alone.rows);
  });

  test('copied out and in again go on alike', async () => {
    const { sequence, rows } = await read(IDS, [IDS.length]);
    const kvCache = runner.newKVCache();
    new Sequence(kvCache).nextSlots(1);
    const copy = new Sequence(kvCache);
    await copy.append(rows);
    const next = { ids: [11], positions: ramp(500, 1), wanted: [0] };
    const [[there], [here]] = [
      (await runner.forward(sequence.kvCache, [{ sequence, ...next }])) as [[Float32Array]],
      (await runner.forward(kvCache, [{ sequence: copy, ...next }])) as [[Float32Array]],
    ].map(([logits]) => logits) as [[Float32Array], [Float32Array]];
    expect(here).toEqual(there);
  });
});

describe('blocks', () => {
  const config = { num_hidden_layers: 1, num_key_value_heads: 2, head_dim: 4 };
  type Step =
    | { kind: 'new' }
    | { kind: 'append' | 'fork' | 'release' | 'segment'; which: number; count: number };
  const steps = fc.array(
    fc.oneof(
      fc.constant<Step>({ kind: 'new' }),
      fc.record({
        kind: fc.constantFrom(
          'append' as const,
          'append' as const,
          'fork' as const,
          'release' as const,
          'segment' as const,
        ),
        which: fc.nat(9),
        count: fc.integer({ min: 1, max: 300 }),
      }),
    ),
    { maxLength: 40 },
  );

  test('hold for each sequence what was appended, whatever the others do, and all come back', async () => {
    await fc.assert(
      fc.asyncProperty(steps, async (all) => {
        const kvCache = new KVCache(config as never);
        const live: { sequence: Sequence; values: number[] }[] = [];
        let value = 1;
        for (const step of all) {
          if (step.kind === 'new') {
            live.push({ sequence: new Sequence(kvCache), values: [] });
            continue;
          }
          const one = live[step.which % Math.max(1, live.length)];
          if (!one) continue;
          if (step.kind === 'append') {
            const values = Array.from({ length: step.count }, () => value++);
            await one.sequence.append(rowsOf(values));
            one.values.push(...values);
          } else if (step.kind === 'fork')
            live.push({ sequence: one.sequence.fork(), values: [...one.values] });
          else if (step.kind === 'segment') one.sequence.startBlock();
          else live.splice(live.indexOf(one), 1)[0]!.sequence.release();
          for (const { sequence, values } of live) {
            expect(sequence.length).toBe(values.length);
            expect(sequence.lastRows(values.length)).toEqual(rowsOf(values));
          }
        }
        for (const { sequence } of live) sequence.release();
        expect(kvCache.blocksInUse).toBe(0);
        await vi.waitFor(() => expect(kvCache.sizeBytes).toBe(new KVCache(config as never).sizeBytes));
      }),
      { numRuns: 60 },
    );
  });

  test('are given back when most are free, and what is left is as it was', async () => {
    const kvCache = new KVCache(config as never);
    const values = Array.from({ length: 2 * KEY_BLOCK }, (_, i) => i + 1);
    const [kept, gone] = [new Sequence(kvCache), new Sequence(kvCache)];
    await kept.append(rowsOf(values));
    await gone.append(rowsOf(new Array(62 * KEY_BLOCK).fill(-1)));
    expect(kvCache.sizeBytes).toBe(64 * kvCache.blockBytes);
    gone.release();
    await vi.waitFor(() => expect(kvCache.sizeBytes).toBe(8 * kvCache.blockBytes));
    expect(kept.lastRows(values.length)).toEqual(rowsOf(values));
    await kept.append(rowsOf(values));
    expect(kept.lastRows(2 * values.length)).toEqual(rowsOf([...values, ...values]));
  });

  const rowsOf = (values: readonly number[]): KeyValueRows => ({
    count: values.length,
    parts: [1, 2].map((part) =>
      Float32Array.from(values.flatMap((value) => new Array(8).fill(value * part))),
    ),
  });
});
