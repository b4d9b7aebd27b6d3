/** Weights made once and mapped: the same bytes as weights that are made at each start, resumed after a kill, and dropped where memory is short. */
import { mkdtempSync, readdirSync, rmSync, statSync, truncateSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeEach, expect, test } from 'vitest';
import type { Engine } from '../../engine/index.ts';
import { loadComponents, loadEngine } from '../../engine/pipeline/engine.ts';
import { generatePictures } from '../../engine/pipeline/pipeline.ts';
import { needsFixtures, TINY } from './fixtures.ts';
import { generate, gradientPng, type PictureEvent, requestOf } from './requests.ts';

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

test('int8: the same tokens as with codes made at each start, the same latents but for the rounding of sums', async () => {
  const folded = await withEngine({ precision: 'int8' }, draw);
  const mapped = await withEngine({ precision: 'int8', ...LARGE, preparedDir: join(root, 'int8') }, draw);
  for (const [i, picture] of mapped.entries()) {
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
  const changes = { precision: 'int8', ...LARGE };
  const wanted = await withEngine({ ...changes, preparedDir: join(root, 'int8') }, draw);
  const preparedDir = mkdtempSync(join(root, 'stopped-'));
  const stop = new AbortController();
  let made = 0;
  const onProgress = () => {
    if (++made === 15) stop.abort();
  };
  const stopped = loadEngine({ ...options, ...changes, preparedDir }, { onProgress, signal: stop.signal });
  await expect(stopped).rejects.toThrow();
  const before = files(preparedDir);
  expect(before.length).toBeGreaterThan(3);
  expect(await withEngine({ ...changes, preparedDir }, draw)).toEqual(wanted);
  const columns = before.filter((file) => file.includes('.columns '));
  expect(files(preparedDir)).toEqual(expect.arrayContaining(columns));
});

test('a file of another size than it should have is made again', async () => {
  const changes = { precision: 'int8', ...LARGE, preparedDir: join(root, 'int8') };
  const wanted = await withEngine(changes, draw);
  const name = files(changes.preparedDir).find((file) => file.includes('.columns '))!;
  truncateSync(join(changes.preparedDir, name.slice(0, name.lastIndexOf(' '))), 64);
  expect(await withEngine(changes, draw)).toEqual(wanted);
});

test('with little memory parts of the model come and go, to the same bytes', async () => {
  const changes = { precision: 'int8', ...LARGE, preparedDir: join(root, 'int8') };
  const wanted = await withEngine(changes, draw);
  const { components } = await loadComponents({ ...options, ...changes });
  const all = async () => {
    for await (const _ of generatePictures(components, requestOf()));
    return components.runner.loadedBytes;
  };
  const loadedBytes = await all();
  await components.runner.dispose();
  const { components: small } = await loadComponents({
    ...options,
    ...changes,
    cache: { memoryBytes: 0 },
    weightBytes: loadedBytes / 2,
  });
  const pictures: PictureEvent[] = [];
  for (const request of [requestOf(), requestOf({ references: [await gradientPng(64, 64)] })])
    for await (const event of generatePictures(small, request)) {
      expect(small.runner.loadedBytes).toBeLessThan(loadedBytes);
      if (event.type === 'picture') pictures.push(event as PictureEvent);
    }
  expect(pictures).toEqual(wanted);
  await small.runner.dispose();
});

const errorOf = (got: PictureEvent, want: PictureEvent): number =>
  Math.hypot(...got.latents.map((value, i) => value - want.latents[i]!)) / Math.hypot(...want.latents);

/** Files of a folder with their times. */
const files = (dir: string): string[] =>
  readdirSync(dir, { recursive: true, encoding: 'utf8' })
    .filter((name) => statSync(join(dir, name)).isFile())
    .map((name) => `${name} ${statSync(join(dir, name)).mtimeMs}`)
    .sort();
