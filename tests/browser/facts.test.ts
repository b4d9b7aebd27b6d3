/** What stands beside a result: what was computed again and what not, and how well the edit left the rest alone. */
import sharp from 'sharp';
import { afterAll, beforeAll, expect, test } from 'vitest';
import type { SessionSnapshot } from '../../studio/protocol.ts';
import {
  conversation,
  message,
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
  const figures = page.getByRole('button', { name: 'Details of v2' });
  await figures.click();
  await strip.first().waitFor();
  const told = await strip.allTextContents();
  await page.reload();
  await figures.click();
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
  await send(page, 'Remove the fox');
  await untilPicture(page, 2);
  await expect
    .poll(async () => (await snapshotOf(page)).turns[1]!.pictures[0]!.drift?.alarms)
    .toContain('ssim');
  const alarm = conversation(page)
    .getByRole('note')
    .filter({ hasText: 'The rest of the picture changed too.' });
  await alarm.waitFor();
  // The cure is the same edit with a mask: the editor opens over what was changed, with the words in the composer.
  await alarm.getByRole('button', { name: 'Hold it with a mask' }).click();
  await page.getByRole('dialog', { name: 'Mask for v1' }).waitFor();
  await page.keyboard.press('Escape');
  await expect.poll(() => message(page).inputValue()).toBe('Remove the fox');
  await page.getByRole('tab', { name: 'Details' }).click();
  await page.getByRole('heading', { name: 'Drift' }).waitFor();
  await page.context().close();
});

test('the figures of a result are folded and open with one click', async () => {
  const page = await openSession(studio, ['A 3D fox on green hills', 'Make it a starry night']);
  const turn = conversation(page).getByRole('article').nth(1);
  const figures = turn.getByRole('button', { name: 'Details of v2' });
  await expect.poll(() => figures.getAttribute('aria-expanded')).toBe('false');
  await turn.getByText(/^Read /).waitFor({ state: 'hidden' });
  await figures.click();
  await turn.getByText(/^Read /).waitFor();
  await turn.getByText('4 steps').waitFor();
  await figures.click();
  await turn.getByText(/^Read /).waitFor({ state: 'hidden' });
  await page.context().close();
});

test('an edit that left everything else as it was says so in a word', async () => {
  const page = await openSession(studio, ['A 3D fox on green hills', 'Make it a starry night']);
  await expect.poll(async () => (await snapshotOf(page)).turns[1]!.pictures[0]!.drift).not.toBe(null);
  await page.route('**/api/sessions/*', async (route) => {
    const snapshot = (await (await route.fetch()).json()) as SessionSnapshot;
    const measured = snapshot.turns[1]!.pictures[0]!;
    measured.drift = {
      ...measured.drift!,
      parent: { ...measured.drift!.parent, outsidePsnrDb: 100 },
      alarms: [],
    };
    await route.fulfill({ json: snapshot });
  });
  await page.reload();
  await page.getByRole('button', { name: 'Details of v2' }).click();
  await conversation(page)
    .getByText(/^Outside the change: identical/)
    .waitFor();
  await page.context().close();
});
