/** The checkpoint that a fresh install runs: it loads, states its limits, and keeps the engine's promises. */
import { afterAll, beforeAll, expect, test, vi } from 'vitest';
import { loadEngine } from '../../engine/engine.ts';
import type { Engine, GenerationRequest } from '../../engine/index.ts';
import { MINI } from './fixtures.ts';
import { generate, gradientPng, requestOf } from './requests.ts';

vi.setConfig({ testTimeout: 60_000, hookTimeout: 60_000 });

let engine: Engine;
let request: GenerationRequest;
beforeAll(async () => {
  engine = await loadEngine({ modelDir: MINI, device: 'cpu' });
  const { minSidePx: sidePx } = engine.info;
  request = requestOf({
    widthPx: sidePx,
    heightPx: sidePx,
    references: [await gradientPng(sidePx * 2, sidePx * 2)],
  });
});
afterAll(() => engine.close());

test('its default size is one that it serves', () => {
  const { defaultWidthPx, minSidePx, maxSidePx, digest, sizeMultiplePx } = engine.info;
  expect(digest).toMatch(/^[0-9a-f]{64}$/);
  expect(defaultWidthPx % sizeMultiplePx).toBe(0);
  expect(defaultWidthPx).toBeGreaterThanOrEqual(minSidePx);
  expect(defaultWidthPx).toBeLessThanOrEqual(maxSidePx);
});

test('from text alone', async () => {
  const [image] = await generate(engine, { ...request, references: [] });
  expect(image!.png.length).toBeGreaterThan(100);
});

test('each of n pictures equals the one made alone', async () => {
  const both = await generate(engine, { ...request, count: 2, layout: 'separate' });
  expect(both).toHaveLength(2);
  expect(await generate(engine, { ...request, count: 2, layout: 'separate', only: [1] })).toEqual([both[1]]);
});

test('two requests at once change nothing in each other', async () => {
  const requests = [request, { ...request, seed: 8 }];
  const together = await Promise.all(requests.map((each) => generate(engine, each)));
  for (const [i, each] of requests.entries()) expect(await generate(engine, each)).toEqual(together[i]);
});
