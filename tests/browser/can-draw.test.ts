/** What the model can draw: reached from the start and from the message, picked into the message, with real results of this model only. */
import { readFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import knows from '../../models/mini/knows.json' with { type: 'json' };
import type { Samples } from '../../studio/samples.ts';
import { DESKTOP, message, type Studio, startStudio } from './studio.ts';

const INDEX = join(resolve(import.meta.dirname, '../..'), 'public/samples/index.json');

let studio: Studio;
beforeAll(async () => {
  studio = await startStudio({ model: 'mini' });
});
afterAll(() => studio?.close());

test('things, looks, scenes and edits of the list, with pictures of this model, go into the message at a click', async () => {
  const page = await studio.open({ viewport: DESKTOP });
  await page.getByRole('link', { name: 'What this model can draw' }).click();
  await page.getByRole('heading', { name: 'What this model can draw' }).waitFor();
  const things = page.getByRole('region', { name: `Things: ${knows.subjects.length}` });
  await expect.poll(() => things.getByRole('button').count()).toBe(knows.subjects.length);
  const samples = JSON.parse(readFileSync(INDEX, 'utf8')) as Samples;
  const health = (await (await fetch(`${studio.url}/api/health`)).json()) as { model: { digest: string } };
  // Samples of another model are never shown in the place of this one's.
  const ours = samples.modelDigest === health.model.digest;
  await expect.poll(() => things.locator('img').count()).toBe(ours ? knows.subjects.length : 0);
  if (ours) {
    const first = things.locator('img').first();
    await expect
      .poll(() => first.evaluate((image: HTMLImageElement) => image.complete && image.naturalWidth))
      .toBeGreaterThan(50);
  }
  await page.getByRole('searchbox', { name: 'Find a thing' }).fill('owl');
  await expect.poll(() => things.getByRole('button', { name: /^Write/ }).count()).toBeLessThan(8);
  await things.getByRole('button', { name: 'Write “an owl” into the message' }).click();
  await expect.poll(() => message(page).inputValue()).toBe('an owl');
  expect(new URL(page.url()).pathname).toBe('/');
  await page.context().close();
});

test('what is not known leads there, and back into the same message', async () => {
  const page = await studio.open({ viewport: DESKTOP });
  await message(page).fill('a bicycle');
  await page.getByRole('note').getByRole('link', { name: 'What this model can draw' }).click();
  await page.getByRole('link', { name: 'Back to the studio' }).click();
  await expect.poll(() => message(page).inputValue()).toBe('a bicycle');
  await page.context().close();
});
