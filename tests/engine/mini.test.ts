/** The checkpoint that a fresh install runs: it loads, states its limits, and keeps the engine's promises. */
import { afterAll, beforeAll, expect, test, vi } from 'vitest';
import type { Engine, GenerationRequest } from '../../engine/index.ts';
import { decodePicture } from '../../engine/picture/pixels.ts';
import { loadEngine } from '../../engine/pipeline/engine.ts';
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
  const [picture] = await generate(engine, { ...request, references: [] });
  expect(picture!.png.length).toBeGreaterThan(100);
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

/** PSNR (dB) between the left halves of two pictures of one size. */
async function leftPsnr(one: Uint8Array, other: Uint8Array): Promise<number> {
  const [a, b] = await Promise.all([decodePicture(one), decodePicture(other)]);
  let sum = 0;
  let count = 0;
  for (let y = 0; y < a.height; y += 1)
    for (let at = y * a.width * 3; at < (y * a.width + a.width / 2 - 8) * 3; at += 1) {
      sum += (a.data[at]! - b.data[at]!) ** 2;
      count += 1;
    }
  return 10 * Math.log10(255 ** 2 / (sum / count));
}

test.each([
  ['pixels', false],
  ['latents and tokens', true],
])('six edits in a row from %s leave the rest of the picture alone', async (_, exact) => {
  const {
    defaultWidthPx: widthPx,
    defaultHeightPx: heightPx,
    defaultSteps,
    defaultGuidanceScale,
  } = engine.info;
  const recipe = { widthPx, heightPx, steps: defaultSteps, guidanceScale: defaultGuidanceScale };
  const draw = async (prompt: string, seed: number, references: GenerationRequest['references']) =>
    (await generate(engine, { ...request, ...recipe, prompt, seed, references }))[0]!;
  const first = await draw('a castle on the left on green hills', 1, []);
  let newest = first;
  for (let turn = 0; turn < 6; turn += 1) {
    const { png: file, latents, priorTokens } = newest;
    const prompt = turn % 2 === 0 ? 'add a fox on the right' : 'remove the fox';
    newest = await draw(prompt, 10 + turn, [exact ? { file, latents, priorTokens } : file]);
  }
  // Measured: 25.9 dB from pixels, which are read anew at each edit; one edit alone leaves about 31 dB (docs/mini.md).
  expect(await leftPsnr(newest.png, first.png)).toBeGreaterThan(25);
  expect(newest.png).not.toEqual(first.png);
});
