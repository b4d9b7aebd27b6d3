/** Weights made once and mapped: the same bytes as weights that are made at each start, resumed after a kill, and dropped where memory is short. */
import { mkdtempSync, readdirSync, rmSync, statSync, truncateSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, beforeEach, expect, test, vi } from 'vitest';
import type { Engine } from '../../engine/index.ts';
import { weightBytes } from '../../engine/model/fit.ts';
import { layoutOf } from '../../engine/model/layout.ts';
import { partsOf } from '../../engine/model/model-runner.ts';
import { loadComponents, loadEngine } from '../../engine/pipeline/engine.ts';
import { generatePictures } from '../../engine/pipeline/pipeline.ts';
import { needsFixtures, noFixtures, TINY } from './fixtures.ts';
import { generate, gradientPng, type PictureEvent, requestOf } from './requests.ts';

// Each start compiles some twenty graphs; a busy machine takes long for that.
vi.setConfig({ testTimeout: 600_000, hookTimeout: 600_000 });
beforeEach(needsFixtures);

const root = mkdtempSync(join(tmpdir(), 'palimpsest-prepared-'));
afterAll(() => rmSync(root, { recursive: true, force: true }));

/** So few bytes make every checkpoint a large one. */
const LARGE = { largeBytes: 1 };
const options = { modelDir: TINY, device: 'cpu' } as const;

async function withEngine<R>(changes: object, use: (engine: Engine) => Promise<R>): Promise<R> {
  const engine = await loadEngine({ ...options, ...changes });
  try {
    return await use(engine);
  } finally {
    await engine.close();
  }
}

const draw = async (engine: Engine): Promise<PictureEvent[]> => [
  ...(await generate(engine, requestOf())),
  ...(await generate(engine, requestOf({ references: [await gradientPng(64, 64)] }))),
];

/** A large checkpoint in 8 bits whose weights are ready, and what it draws. */
const ready = { precision: 'int8', ...LARGE, preparedDir: join(root, 'int8') };
let wanted: PictureEvent[];
beforeAll(async () => {
  if (!noFixtures) wanted = await withEngine(ready, draw);
});

test('int8: the same tokens as with codes made at each start, the same latents but for the rounding of sums', async () => {
  const folded = await withEngine({ precision: 'int8' }, draw);
  for (const [i, picture] of wanted.entries()) {
    expect(picture.priorTokens).toEqual(folded[i]!.priorTokens);
    expect(errorOf(picture, folded[i]!)).toBeLessThan(1e-5);
  }
});

test('int4: near full precision from the same tokens, the same bytes at every start, and nothing is made twice', async () => {
  const changes = { precision: 'int4', preparedDir: join(root, 'int4') };
  const request = requestOf({ priorTokens: Uint16Array.from([3, 1, 4, 1]) });
  const [full] = await withEngine({}, (engine) => generate(engine, request));
  const [first] = await withEngine(changes, (engine) => generate(engine, request));
  expect(errorOf(first!, full!)).toBeLessThan(0.05);
  const made = files(changes.preparedDir);
  expect(await withEngine(changes, (engine) => generate(engine, request))).toEqual([first]);
  expect(files(changes.preparedDir)).toEqual(made);
});

test('a stop in the middle leaves whole files, and making goes on behind them to the same bytes', async () => {
  const preparedDir = mkdtempSync(join(root, 'stopped-'));
  const stop = new AbortController();
  let made = 0;
  const onProgress = () => {
    if (++made === 15) stop.abort();
  };
  const stopped = loadEngine({ ...options, ...ready, preparedDir }, { onProgress, signal: stop.signal });
  await expect(stopped).rejects.toThrow();
  const columns = files(preparedDir).filter((file) => file.includes('.columns '));
  expect(columns.length).toBeGreaterThan(0);
  expect(await withEngine({ ...ready, preparedDir }, draw)).toEqual(wanted);
  expect(files(preparedDir)).toEqual(expect.arrayContaining(columns));
});

test('a file of another size than it should have is made again', async () => {
  const name = files(ready.preparedDir).find((file) => file.includes('.columns '))!;
  truncateSync(join(ready.preparedDir, name.slice(0, name.lastIndexOf(' '))), 64);
  expect(await withEngine(ready, draw)).toEqual(wanted);
});

test('with room for one part of the model at a time they come and go, to the same bytes', async () => {
  const { components } = await loadComponents({
    ...options,
    ...ready,
    ...{ cache: { memoryBytes: 0 }, weightBytes: 1 },
  });
  const { runner } = components;
  const parts = partsOf(runner.checkpoint, {
    precision: 'int8',
    layout: layoutOf(runner.checkpoint, 'int8', 1),
  });
  const largest = Math.max(...Object.values(parts).map((part) => weightBytes(part)));
  const pictures: PictureEvent[] = [];
  for (const request of [requestOf(), requestOf({ references: [await gradientPng(64, 64)] })])
    for await (const event of generatePictures(components, request)) {
      expect(runner.loadedBytes).toBeLessThanOrEqual(largest);
      if (event.type === 'picture') pictures.push(event as PictureEvent);
    }
  expect(pictures).toEqual(wanted);
  await runner.dispose();
});

const errorOf = (got: PictureEvent, want: PictureEvent): number =>
  Math.hypot(...got.latents.map((value, i) => value - want.latents[i]!)) / Math.hypot(...want.latents);

/** Files of a folder with their times. */
const files = (dir: string): string[] =>
  readdirSync(dir, { recursive: true, encoding: 'utf8' })
    .filter((name) => statSync(join(dir, name)).isFile())
    .map((name) => `${name} ${statSync(join(dir, name)).mtimeMs}`)
    .sort();
