/** Finding and looking: palette and search, gallery, compare, lightbox, and what can be done with whole sessions. */
import { afterAll, beforeAll, expect, test } from 'vitest';
import { readReceipt } from '../../db/bundle/receipt.ts';
import {
  conversation,
  DESKTOP,
  makeSession,
  message,
  modeChip,
  openSession,
  picture,
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
  path = await makeSession(studio, ['A lighthouse on a cliff', 'Make it a starry night']);
});
afterAll(() => studio?.close());

test('the palette finds a message and jumps to its turn', async () => {
  const page = await studio.open({ viewport: DESKTOP });
  await page.getByRole('button', { name: 'Search' }).click();
  await page.getByRole('combobox', { name: 'Search and commands' }).fill('lighthouse');
  // The message stands first, the session of that title below it: both once the search has answered.
  const hits = page.getByRole('option', { name: /A lighthouse on a cliff/ });
  await hits.nth(1).waitFor();
  await page.keyboard.press('Enter');
  await page.waitForURL(new RegExp(`${path}#turn-`));
  await picture(page, 1).waitFor();
  await page.context().close();
});

test('? shows the keys, Ctrl + K the commands, and a command does what it says', async () => {
  const page = await studio.open({ viewport: DESKTOP, path });
  await picture(page, 2).waitFor();
  await page.getByRole('heading', { level: 1 }).click();
  await page.keyboard.press('?');
  await page.getByRole('dialog', { name: 'Keyboard shortcuts' }).waitFor();
  await page.keyboard.press('Escape');
  await page.keyboard.press('ControlOrMeta+K');
  await page.getByRole('combobox', { name: 'Search and commands' }).fill('gallery');
  await page.getByRole('option', { name: /Open the gallery/ }).click();
  await page.waitForURL(/\/gallery$/);
  await page.context().close();
});

test('any picture of the gallery opens its turn, and goes along as a reference', async () => {
  const page = await studio.open({ viewport: DESKTOP, path: '/gallery' });
  await page.getByRole('link', { name: 'A lighthouse on a cliff, v1' }).click();
  await page.waitForURL(new RegExp(path));
  await page.goto('/');
  await page.getByRole('button', { name: 'Gallery', exact: true }).click();
  await page.getByRole('button', { name: 'Use as reference: A lighthouse on a cliff, v1' }).click();
  await page.getByRole('button', { name: /^Role of .*v1: reference/ }).waitFor();
  await send(page, 'The same in winter');
  await untilPicture(page, 1);
  await page.context().close();
});

test('of several pictures of one message, the one clicked in the gallery is chosen', async () => {
  const made = await openSession(studio, ['A weather vane'], { count: 4 });
  await picture(made, 4).waitFor();
  await made.context().close();
  const page = await studio.open({ viewport: DESKTOP, path: '/gallery' });
  await page.getByRole('link', { name: 'A weather vane, v3' }).click();
  await picture(page, 3).waitFor();
  await page.getByRole('link', { name: 'Download v3' }).waitFor();
  await page.getByRole('button', { name: 'Edit from here' }).click();
  await modeChip(page, 'Edit v3').waitFor();
  await page.context().close();
});

test('a message that was found shows the picture that it made, and says where its session is archived', async () => {
  const page = await openSession(studio, ['A windmill in the fog', 'Make it a starry night']);
  const { session, turns } = await snapshotOf(page);
  const search = async (words: string) => {
    await page.getByRole('button', { name: 'Search' }).click();
    await page.getByRole('combobox', { name: 'Search and commands' }).fill(words);
  };
  const message = page.getByRole('option', { name: /A windmill in the fog/ }).first();
  await search('windmill');
  await expect
    .poll(() => message.locator('img').getAttribute('src'))
    .toBe(`/images/${turns[0]!.pictures[0]!.hash}?width=96`);
  await page.keyboard.press('Escape');
  await page.request.patch(`/api/sessions/${session.id}`, { data: { archived: true } });
  await search('windmill');
  await message.getByText('archived').waitFor();
  await page.context().close();
});

test('two pictures are compared in four ways', async () => {
  const page = await studio.open({ viewport: DESKTOP, path });
  await page.getByRole('button', { name: 'Compare', exact: true }).click();
  const compare = page.getByRole('region', { name: 'Compare' });
  await compare.getByRole('slider').waitFor();
  await page.getByRole('radio', { name: 'Side by side' }).click();
  await expect.poll(() => compare.getByRole('img').count()).toBe(2);
  await page.getByRole('radio', { name: 'Flicker' }).click();
  await page.getByRole('button', { name: 'Show the other one' }).click();
  await page.getByRole('radio', { name: 'Difference' }).click();
  await compare.getByRole('img', { name: /Differences between v1 and v2: [\d.]+ %/ }).waitFor();
  await page.getByRole('button', { name: 'Close' }).click();
  await conversation(page).waitFor();
  await page.getByRole('button', { name: 'Compare', exact: true }).click();
  await compare.getByRole('slider').waitFor();
  await page.keyboard.press('Escape');
  await conversation(page).waitFor();
  await page.context().close();
});

test('a picture is zoomed with keys and wheel', async () => {
  const page = await studio.open({ viewport: DESKTOP, path });
  await picture(page, 2).click();
  const dialog = page.getByRole('dialog');
  await dialog.getByRole('img').waitFor();
  // The figure is that of the picture's own pixels, not of the fit.
  const scale = async () => Number.parseInt((await dialog.getByText(/^\d+ %$/).textContent()) ?? '', 10);
  const shown = async () => {
    const box = (await dialog.getByRole('img').boundingBox())!;
    const { width, height } = await dialog
      .getByRole('img')
      .evaluate((img: HTMLImageElement) => ({ width: img.naturalWidth, height: img.naturalHeight }));
    return Math.round(100 * Math.min(box.width / width, box.height / height));
  };
  await expect.poll(async () => (await scale()) - (await shown())).toBe(0);
  const fit = await scale();
  expect(fit).toBeGreaterThan(100);
  await page.keyboard.press('+');
  await expect.poll(async () => Math.abs((await scale()) - 1.5 * fit)).toBeLessThan(2);
  await dialog.getByRole('img').hover();
  await page.mouse.wheel(0, -400);
  await expect.poll(async () => (await scale()) > 1.6 * fit).toBe(true);
  await page.keyboard.press('0');
  await expect.poll(scale).toBe(fit);
  await page.context().close();
});

test('a picture is dragged out as a file that carries its recipe', async () => {
  const page = await studio.open({ viewport: DESKTOP, path });
  const dragged = await picture(page, 2).evaluate((image) => {
    const dataTransfer = new DataTransfer();
    image.dispatchEvent(new DragEvent('dragstart', { bubbles: true, dataTransfer }));
    return dataTransfer.getData('DownloadURL');
  });
  const [, type, name, url] = dragged.match(/^([^:]+):([^:]+):(.+)$/)!;
  expect([type, name]).toEqual(['image/png', 'Make it a starry night, v2.png']);
  const file = await page.request.get(url!);
  expect(readReceipt(await file.body())!.turns.map(({ prompt }) => prompt)).toEqual([
    'A lighthouse on a cliff',
    'Make it a starry night',
  ]);
  await page.context().close();
});

test('a session is renamed, archived and taken back, deleted and brought back', async () => {
  const page = await studio.open({ viewport: DESKTOP, path });
  const sessions = page.getByRole('navigation', { name: 'Sessions' });
  const menu = async (title: RegExp, item: string) => {
    await sessions.getByRole('button', { name: title }).first().focus();
    await page.keyboard.press('Enter');
    await page.getByRole('menuitem', { name: item }).click();
  };
  await menu(/More for A lighthouse/, 'Rename');
  await page.getByRole('textbox', { name: 'Title' }).fill('Harbour sign 灯塔');
  await page.getByRole('button', { name: 'Save' }).click();
  await sessions.getByRole('link', { name: /Harbour sign 灯塔/ }).waitFor();

  await menu(/More for Harbour/, 'Archive');
  await sessions.getByRole('link', { name: /Harbour sign/ }).waitFor({ state: 'detached' });
  await sessions.getByRole('button', { name: 'Archived and deleted sessions' }).click();
  await sessions.getByRole('link', { name: /Harbour sign/ }).waitFor();
  await menu(/More for Harbour/, 'Bring back');
  await sessions.getByRole('button', { name: 'Back to all sessions' }).click();
  await sessions.getByRole('link', { name: /Harbour sign/ }).waitFor();

  await menu(/More for Harbour/, 'Delete');
  await sessions.getByRole('link', { name: /Harbour sign/ }).waitFor({ state: 'detached' });
  await page.getByRole('heading', { name: 'Write a picture' }).waitFor();
  // The news of the archiving may still stand there, with a way back of its own.
  const news = page.getByRole('listitem').filter({ hasText: 'was deleted' });
  await news.getByRole('button', { name: 'Undo' }).click();
  await page.waitForURL(new RegExp(`${path}$`));
  await picture(page, 2).waitFor();
  await sessions.locator('a[aria-current=page]', { hasText: 'Harbour sign' }).waitFor();
  await page.context().close();
});

test('a session that is not open is deleted and brought back without leaving the open one, also later', async () => {
  await makeSession(studio, ['A rowing boat']);
  const page = await studio.open({ viewport: DESKTOP, path });
  await picture(page, 2).waitFor();
  const sessions = page.getByRole('navigation', { name: 'Sessions' });
  const boat = sessions.getByRole('link', { name: /A rowing boat/ });
  const remove = async () => {
    await sessions.getByRole('button', { name: 'More for A rowing boat' }).focus();
    await page.keyboard.press('Enter');
    await page.getByRole('menuitem', { name: 'Delete' }).click();
    await boat.waitFor({ state: 'detached' });
  };
  await remove();
  const news = page.getByRole('listitem').filter({ hasText: 'was deleted' });
  await news.getByRole('button', { name: 'Undo' }).click();
  await boat.waitFor();
  expect(new URL(page.url()).pathname).toBe(path);
  await remove();
  await sessions.getByRole('button', { name: 'Archived and deleted sessions' }).click();
  await sessions.getByRole('button', { name: 'Recently deleted' }).click();
  await boat.waitFor();
  await sessions.getByRole('button', { name: 'Restore A rowing boat' }).click();
  await boat.waitFor({ state: 'detached' });
  await sessions.getByRole('button', { name: 'Back to all sessions' }).click();
  await boat.waitFor();
  expect(new URL(page.url()).pathname).toBe(path);
  await page.context().close();
});

test('a session deleted in one tab says so in the other, where it is brought back', async () => {
  const page = await studio.open({ viewport: DESKTOP, path });
  await picture(page, 2).waitFor();
  const id = path.split('/').at(-1);
  await page.request.delete(`/api/sessions/${id}`);
  await page.getByRole('heading', { name: 'This session was deleted' }).waitFor();
  await page.reload();
  await page.getByRole('button', { name: 'Bring it back' }).click();
  await picture(page, 2).waitFor();
  await page.getByRole('navigation', { name: 'Sessions' }).locator('a[aria-current=page]').waitFor();
  await page.context().close();
});

test('text that runs the other way, and emoji, are kept and shown as they are', async () => {
  const page = await studio.open({ viewport: DESKTOP });
  const text = 'ثعلب في الثلج 🦊❄️';
  await send(page, text);
  await untilPicture(page, 1);
  const shown = conversation(page).getByText(text);
  await expect.poll(() => shown.getAttribute('dir')).toBe('auto');
  await expect.poll(() => picture(page, 1).getAttribute('alt')).toBe(`${text}, v1`);
  await message(page).fill('@');
  await page.getByRole('option').first().waitFor();
  await page.context().close();
});
