/** What stands beside a result: what was computed again and what not, and how well the edit left the rest alone. */
import sharp from 'sharp';
import { afterAll, beforeAll, expect, test } from 'vitest';
import {
  conversation,
  openSession,
  picture,
  type Studio,
  send,
  snapshotOf,
  startStudio,
  untilPicture,
} from './studio.ts';

let studio: Studio;
beforeAll(async () => {
  studio = await startStudio();
});
afterAll(() => studio?.close());

test('an edit says what was reused', async () => {
  const page = await openSession(studio, ['A 3D fox on green hills', 'Make it a starry night']);
  const strip = conversation(page)
    .getByRole('article')
    .nth(1)
    .getByRole('listitem')
    .filter({ hasText: /: (hit|miss)/ });
  await strip.first().waitFor();
  const told = await strip.allTextContents();
  await page.reload();
  await strip.first().waitFor();
  await expect.poll(() => strip.allTextContents()).toEqual(told);
  await page.getByRole('tab', { name: 'Details' }).click();
  await page.getByRole('heading', { name: 'Reused' }).waitFor();
  await page.context().close();
});

test('an edit that spoils what it should leave alone raises an alarm', async () => {
  const page = await openSession(studio, ['A 3D fox on green hills']);
  const drawn = await (await page.request.get((await picture(page, 1).getAttribute('src'))!)).body();
  // The test checkpoint draws noise: over a picture of the same light without any, all that is left alone is spoilt.
  const smooth = await sharp(drawn).blur(40).png().toBuffer();
  await page.goto('/');
  const file = { name: 'smooth.png', mimeType: 'image/png', buffer: smooth };
  await page.locator('input[type=file]:not([data-purpose])').setInputFiles(file);
  await page.getByRole('button', { name: 'Edit v1' }).waitFor();
  await send(page, 'Make it a starry night');
  await untilPicture(page, 2);
  await expect
    .poll(async () => (await snapshotOf(page)).nodes[1]!.images[0]!.drift?.alarms)
    .toContain('ssim');
  const badge = conversation(page).getByText('Drift', { exact: true });
  await badge.waitFor();
  const { drift } = (await snapshotOf(page)).nodes[1]!.images[0]!;
  const psnr = `Outside the change: ${drift!.parent.outsidePsnrDb!.toFixed(1)} dB`;
  await conversation(page).getByText(psnr).waitFor();
  await page.getByRole('tab', { name: 'Details' }).click();
  await page.getByRole('heading', { name: 'Drift' }).waitFor();
  await page.context().close();
});
