/** The engine in 8 bits: another picture than in full precision, near it, and the same bytes however it comes about. */
import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest';
import type { Engine } from '../../engine/index.ts';
import { loadEngine } from '../../engine/pipeline/engine.ts';
import { needsFixtures, noFixtures, TINY } from './fixtures.ts';
import { generate, gradientPng, requestOf } from './requests.ts';

beforeEach(needsFixtures);

const options = { modelDir: TINY, device: 'cpu' } as const;
let [full, warm, cold]: Engine[] = [];
beforeAll(async () => {
  if (noFixtures) return;
  full = await loadEngine(options);
  warm = await loadEngine({ ...options, precision: 'int8' });
  cold = await loadEngine({ ...options, precision: 'int8', cache: { memoryBytes: 0 } });
});
afterAll(() => Promise.all([full, warm, cold].map((engine) => engine?.close())));

test('says what it computes in, and refuses what it cannot', async () => {
  expect(warm!.info.precision).toBe('int8');
  await expect(loadEngine({ ...options, precision: 'int3' })).rejects.toMatchObject({ field: 'precision' });
});

test('warm, cold, speculated, and one of several: the same bytes', async () => {
  const references = [await gradientPng(64, 64, 1), await gradientPng(96, 64, 2)];
  const request = requestOf({ references, count: 2, layout: 'separate' });
  const first = await generate(warm!, request);
  expect(await generate(warm!, request)).toEqual(first);
  expect(await generate(cold!, request)).toEqual(first);
  expect(await generate(cold!, { ...request, only: [1] })).toEqual(first.slice(1));
});

test('near full precision from the same tokens', async () => {
  const request = requestOf({ priorTokens: Uint16Array.from([3, 1, 4, 1]) });
  const [there, here] = [await generate(full!, request), await generate(warm!, request)].map(
    ([picture]) => picture!.latents,
  ) as [Float32Array, Float32Array];
  const error = Math.hypot(...here.map((value, i) => value - there[i]!)) / Math.hypot(...there);
  expect(error).toBeGreaterThan(0);
  expect(error).toBeLessThan(0.05);
});
