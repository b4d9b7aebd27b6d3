/** Nothing is lost: a session as a file, a picture that brings its branch, and a network that goes in the middle of a run. */
import { readFile } from 'node:fs/promises';
import type { Page } from 'playwright';
import { afterAll, beforeAll, expect, test } from 'vitest';
import {
  conversation,
  DESKTOP,
  makeSession,
  message,
  picture,
  progress,
  type Studio,
  send,
  snapshotOf,
  startStudio,
  untilPicture,
} from './studio.ts';

let studio: Studio;
let path: string;
beforeAll(async () => {
  studio = await startStudio();
  path = await makeSession(studio, ['A 3D fox on green hills', 'Make it a starry night']);
});
afterAll(() => studio?.close());

async function hashesOf(page: Page): Promise<string[]> {
  const { turns } = await snapshotOf(page);
  return turns.flatMap(({ pictures }) => pictures.map(({ hash }) => hash));
}

/** The bytes of the file that a click saves. */
async function saved(page: Page, click: () => Promise<void>): Promise<Buffer> {
  const [download] = await Promise.all([page.waitForEvent('download'), click()]);
  return readFile(await download.path());
}

test('a session goes out as a file and comes in again: the same pictures, and the same file', async () => {
  const page = await studio.open({ viewport: DESKTOP, path });
  await picture(page, 2).waitFor();
  const before = await hashesOf(page);
  await page.getByRole('button', { name: /^More for A 3D fox/ }).focus();
  await page.keyboard.press('Enter');
  const bundle = await saved(page, () => page.getByRole('menuitem', { name: 'Export as a file' }).click());

  const file = { name: 'fox.palimpsest', mimeType: 'application/octet-stream', buffer: bundle };
  await page.locator('input[data-purpose=import]').setInputFiles(file);
  await page.waitForURL((url) => url.pathname.startsWith('/s/') && url.pathname !== path);
  await picture(page, 2).waitFor();
  expect(await hashesOf(page)).toEqual(before);
  const id = page.url().split('/').at(-1);
  const again = await (await page.request.get(`/api/sessions/${id}/export`)).body();
  expect(again.equals(bundle)).toBe(true);
  await page.context().close();
});

test('a saved picture, dropped on a new session, brings back its branch and its settings', async () => {
  const page = await studio.open({ viewport: DESKTOP, path });
  await picture(page, 2).waitFor();
  const old = await snapshotOf(page);
  const png = await saved(page, () => page.getByRole('link', { name: 'Download v2' }).click());

  await page.goto('/');
  await page.getByRole('heading', { name: 'Write a picture' }).waitFor();
  await page.evaluate(
    (bytes) => {
      const dataTransfer = new DataTransfer();
      dataTransfer.items.add(new File([Uint8Array.from(bytes)], 'v2.png', { type: 'image/png' }));
      for (const type of ['dragover', 'drop'])
        document.body.dispatchEvent(new DragEvent(type, { dataTransfer, bubbles: true, cancelable: true }));
    },
    [...png],
  );
  await page.getByText('The 2 messages that led to this picture were restored with it.').first().waitFor();
  await picture(page, 2).waitFor();
  const { turns } = await snapshotOf(page);
  expect(turns.map(({ prompt, recipe }) => ({ prompt, recipe }))).toEqual(
    old.turns.map(({ prompt, recipe }) => ({ prompt, recipe })),
  );
  await page.getByRole('tab', { name: 'Details' }).click();
  await page.getByRole('button', { name: 'Reuse settings' }).click();
  await page
    .getByRole('button', { name: new RegExp(`^Options: .*seed ${turns[1]!.recipe!.seed}`) })
    .waitFor();
  await page.context().close();
});

test('offline in the middle of a run: the page says so, and with the network everything is there', async () => {
  const page = await studio.open({ viewport: DESKTOP, steps: 1_000 });
  await send(page, 'A 3D penguin in the snow');
  await progress(page)
    .filter({ hasText: /Painting, [1-9]/ })
    .waitFor();
  await page.context().setOffline(true);
  await page.getByRole('alert').filter({ hasText: 'cannot be reached' }).waitFor();
  await message(page).fill('Make it a starry night');
  const id = page.url().split('/').at(-1);
  // The server goes on by itself; it is asked from outside of the page, which has no network.
  await expect
    .poll(
      async () => {
        const { turns } = (await (await fetch(`${studio.url}/api/sessions/${id}`)).json()) as {
          turns: { pictures: unknown[] }[];
        };
        return turns[0]!.pictures.length;
      },
      { timeout: 90_000 },
    )
    .toBe(1);
  await page.context().setOffline(false);
  await untilPicture(page, 1);
  await expect
    .poll(() => picture(page, 1).evaluate((image: HTMLImageElement) => image.naturalWidth))
    .toBeGreaterThan(0);
  await page.getByRole('alert').filter({ hasText: 'cannot be reached' }).waitFor({ state: 'detached' });
  await expect.poll(() => message(page).inputValue()).toBe('Make it a starry night');
  await message(page).press('Enter');
  await untilPicture(page, 2);
  await expect.poll(() => conversation(page).getByRole('article').count()).toBe(2);
  await page.context().close();
});
