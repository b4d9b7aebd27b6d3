/**
 * What people expect to find at hand: Back closes what lies on top, several pictures at once, sessions that are pinned and tagged, masks by
 * lasso with the message beside them, clipboards of office programs, a page without socket and without network.
 */
import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import type { Page } from 'playwright';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { readReceipt } from '../../db/bundle/receipt.ts';
import {
  conversation,
  DESKTOP,
  makeSession,
  message,
  picture,
  type Studio,
  send,
  snapshotOf,
  startStudio,
  untilPicture,
} from './studio.ts';

const PHONE = { width: 390, height: 844 };
/** A folder for pictures of the page, to be looked at; none are made without it. */
const SHOTS = process.env.PALIMPSEST_SHOTS;

let studio: Studio;
let path: string;
beforeAll(async () => {
  studio = await startStudio();
  path = await makeSession(studio, ['A lighthouse on a cliff', 'Make it a starry night']);
});
afterAll(() => studio?.close());

async function shot(page: Page, name: string): Promise<void> {
  if (!SHOTS) return;
  mkdirSync(SHOTS, { recursive: true });
  await page.screenshot({ path: join(SHOTS, `${name}.png`) });
}

test('Back closes a picture, a drawer and the mask editor, and only then leaves; Forward opens nothing by itself', async () => {
  const page = await studio.open({ viewport: PHONE, path: '/' });
  await page.goto(path);
  await picture(page, 2).click();
  const dialog = page.getByRole('dialog');
  await dialog.waitFor();
  await page.goBack();
  await dialog.waitFor({ state: 'detached' });
  expect(new URL(page.url()).pathname).toBe(path);

  await page.getByRole('button', { name: 'Open sessions' }).click();
  await dialog.waitFor();
  // Closed by its own button it leaves nothing behind in the history.
  await dialog.getByRole('button', { name: 'Close' }).click();
  await dialog.waitFor({ state: 'detached' });

  await page.getByRole('button', { name: 'Paint where the picture may change' }).click();
  const surface = page.getByRole('application', { name: 'Painting surface' });
  await surface.focus();
  await page.keyboard.press('Space');
  await page.goBack();
  await page.getByText('Leave without the mask?').waitFor();
  await page.getByRole('button', { name: 'Throw away' }).click();
  await surface.waitFor({ state: 'detached' });
  await conversation(page).waitFor();
  expect(new URL(page.url()).pathname).toBe(path);
  await page.context().close();
});

test('a lasso and a rectangle are painted, zoomed, softened, and sent with the message that is written beside them', async () => {
  const page = await studio.open({ viewport: DESKTOP, path });
  await page.getByRole('button', { name: 'Paint where the picture may change' }).click();
  const editor = page.getByRole('dialog', { name: /^Mask for / });
  const surface = editor.getByRole('application', { name: 'Painting surface' });
  const box = (await surface.boundingBox())!;
  const at = (x: number, y: number) => [box.x + x * box.width, box.y + y * box.height] as const;
  const drag = async (...points: (readonly [number, number])[]) => {
    await page.mouse.move(...at(...points[0]!));
    await page.mouse.down();
    for (const point of points.slice(1)) await page.mouse.move(...at(...point), { steps: 3 });
    await page.mouse.up();
  };
  await page.keyboard.press('r');
  await expect
    .poll(() => editor.getByRole('button', { name: 'Rectangle' }).getAttribute('aria-pressed'))
    .toBe('true');
  await drag([0.1, 0.1], [0.5, 0.5]);
  await page.keyboard.press('l');
  await drag([0.6, 0.6], [0.9, 0.6], [0.9, 0.9], [0.6, 0.9]);
  await editor.getByRole('slider', { name: 'Soft edge' }).fill('12');
  await editor.getByRole('textbox', { name: 'What should change there?' }).fill('A red door');
  await page.mouse.move(...at(0.3, 0.3));
  await page.mouse.wheel(0, -300);
  await shot(page, 'mask-editor');
  // Letters that are typed into the message are no keys of the tools.
  expect(await editor.getByRole('button', { name: 'Lasso' }).getAttribute('aria-pressed')).toBe('true');
  await editor.getByRole('button', { name: 'Send', exact: true }).click();
  await untilPicture(page, 3);
  const { turns } = await snapshotOf(page);
  expect(turns[2]!.prompt).toBe('A red door');
  const mask = turns[2]!.inputs.find(({ role }) => role === 'mask')!;
  const file = await page.request.get(`/images/${mask.hash}`);
  const { data } = await (await import('sharp'))
    .default(await file.body())
    .raw()
    .toBuffer({ resolveWithObject: true });
  const share = data.reduce((sum, level) => sum + level / 255, 0) / data.length;
  expect(share).toBeGreaterThan(0.2);
  expect(share).toBeLessThan(0.32);
  expect(new Set(data).size).toBeGreaterThan(10);
  await page.context().close();
});

test('several pictures of the gallery are marked, and deleted with a way back', async () => {
  const page = await studio.open({ viewport: DESKTOP, path: '/gallery' });
  const shown = page.getByRole('region', { name: 'Gallery' }).getByRole('listitem');
  const link = (version: number) => page.getByRole('link', { name: new RegExp(`, v${version}$`) });
  await link(1).waitFor();
  const loaded: number[] = [];
  page.on('response', async (response) => {
    if (response.url().includes('/images/')) loaded.push((await response.body().catch(() => '')).length);
  });
  await page.reload();
  await link(1).waitFor();
  await expect.poll(() => loaded.length).toBeGreaterThan(0);
  expect(loaded.reduce((sum, bytes) => sum + bytes, 0)).toBeLessThan(300_000);

  await page.getByRole('button', { name: 'Select: A lighthouse on a cliff, v1' }).click();
  await page.getByRole('button', { name: 'Select: Make it a starry night, v2' }).click();
  await page.getByText('2 pictures selected').first().waitFor();
  await shot(page, 'gallery-selection');
  await page.getByRole('button', { name: 'Mark as favourites' }).click();
  await page.getByRole('button', { name: 'Remove from favourites' }).waitFor();
  await page.getByRole('button', { name: 'Clear selection' }).click();
  await page.getByRole('button', { name: 'Show favourites only' }).click();
  await expect.poll(() => shown.getByRole('link').count()).toBe(2);
  // A search knows what the picture was before.
  await page.getByRole('searchbox', { name: 'Search pictures' }).fill('lighthouse');
  await expect.poll(() => shown.getByRole('link').count()).toBe(2);
  await page.getByRole('button', { name: 'Select: Make it a starry night, v2' }).click();
  await page.getByRole('toolbar').getByRole('button', { name: 'Delete' }).click();
  await link(2).waitFor({ state: 'detached' });
  await page.getByRole('button', { name: 'Undo' }).click();
  await link(2).waitFor();
  await page.context().close();
});

test('a session is pinned, tagged and duplicated', async () => {
  const page = await studio.open({ viewport: DESKTOP, path });
  const sessions = page.getByRole('navigation', { name: 'Sessions' });
  const menu = async (item: string) => {
    await sessions
      .getByRole('button', { name: /^More for A lighthouse on a cliff$/ })
      .first()
      .focus();
    await page.keyboard.press('Enter');
    await page.getByRole('menuitem', { name: item }).click();
  };
  await menu('Pin to the top');
  await sessions.getByRole('heading', { name: 'Pinned' }).waitFor();
  await menu('Tags');
  await page.getByRole('textbox', { name: /^Tags/ }).fill('coast, work');
  await page.getByRole('button', { name: 'Save' }).click();
  await sessions.getByRole('button', { name: 'coast' }).click();
  await expect.poll(() => sessions.getByRole('listitem').getByRole('link').count()).toBe(1);
  await sessions.getByRole('button', { name: 'coast' }).click();
  await menu('Duplicate');
  await sessions.getByRole('link', { name: /A lighthouse on a cliff \(2\)/ }).waitFor();
  await shot(page, 'sessions');
  await page.context().close();
});

test('a picture that is saved by a right click, as JPEG, or with all others carries its recipe', async () => {
  const page = await studio.open({ viewport: DESKTOP, path });
  await picture(page, 2).waitFor();
  const src = (await picture(page, 2).getAttribute('src'))!;
  const shown = await page.request.get(src);
  expect(shown.headers()['content-disposition']).toContain(
    `filename*=UTF-8''${encodeURIComponent('A lighthouse on a cliff v2, Make it a starry night.png')}`,
  );
  expect(readReceipt(await shown.body())!.turns).toHaveLength(2);
  await page
    .getByRole('button', { name: /^More .*v2|v2/ })
    .last()
    .waitFor();
  await page.context().close();
});

test('text that an office program copied with a picture of it is text; a folder is named', async () => {
  const page = await studio.open({ viewport: DESKTOP, path });
  await message(page).focus();
  const before = (await snapshotOf(page)).turns.length;
  await page.evaluate(() => {
    const data = new DataTransfer();
    data.items.add(new File(['x'], 'image.png', { type: 'image/png' }));
    data.setData('text/plain', 'Fox in the snow');
    const paste = new ClipboardEvent('paste', { clipboardData: data, bubbles: true, cancelable: true });
    // What the browser does with text is not done for made-up events; that it may do it is what counts.
    document.activeElement!.dispatchEvent(paste);
    document.body.dataset.prevented = String(paste.defaultPrevented);
  });
  expect(await page.evaluate(() => document.body.dataset.prevented)).toBe('false');
  expect((await snapshotOf(page)).turns).toHaveLength(before);
  await page.evaluate(() => {
    const data = new DataTransfer();
    data.items.add(new File(['not a picture'], 'notes.heic'));
    dispatchEvent(new DragEvent('drop', { dataTransfer: data, cancelable: true }));
  });
  await page.getByRole('alert').filter({ hasText: 'notes.heic' }).waitFor();
  await page.context().close();
});

test('where sockets are blocked the page goes on by HTTP', async () => {
  const page = await studio.open({ viewport: DESKTOP, path: '/' });
  await page.routeWebSocket('**/api/events', (socket) => socket.close());
  await page.reload();
  await send(page, 'A windmill');
  await picture(page, 1).waitFor({ timeout: 120_000 });
  expect(await page.getByText('The connection was lost').count()).toBe(0);
  await page.context().close();
});

test('the page can be installed, and opens without a network to what was seen', async () => {
  const page = await studio.open({ viewport: DESKTOP, path, serviceWorkers: 'allow' });
  await picture(page, 2).waitFor();
  const manifest = await (await page.request.get('/manifest.webmanifest')).json();
  expect(manifest).toMatchObject({ name: 'Palimpsest', display: 'standalone', start_url: '/' });
  for (const { src } of manifest.icons) expect((await page.request.get(src)).status()).toBe(200);
  await expect
    .poll(() => page.evaluate(() => navigator.serviceWorker.controller !== null), { timeout: 60_000 })
    .toBe(true);
  await page.reload();
  await picture(page, 2).waitFor();
  await page.context().setOffline(true);
  await page.reload();
  await picture(page, 2).waitFor();
  await expect
    .poll(() => picture(page, 2).evaluate((image) => (image as HTMLImageElement).naturalWidth))
    .toBeGreaterThan(0);
  await page.getByText('The server cannot be reached').first().waitFor();
  await shot(page, 'offline');
  await page.context().close();
});
