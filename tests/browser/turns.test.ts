/** The page from the first sentence on, with real pixels: make, watch, edit, stop, reload, retry. */
import { afterAll, beforeAll, expect, test } from 'vitest';
import {
  contrast,
  conversation,
  message,
  modeChip,
  openSession,
  PICTURE_MS,
  picture,
  progress,
  type Studio,
  send,
  sendButton,
  snapshotOf,
  startStudio,
  stopButton,
  untilPicture,
} from './studio.ts';

let studio: Studio;
beforeAll(async () => {
  studio = await startStudio();
});
afterAll(() => studio?.close());

const LONG = 1_000;

test('a sentence becomes a picture, the next sentence edits it', async () => {
  const page = await studio.open({ steps: 400 });
  const heard = new Set<string>();
  await page.exposeFunction('heard', (text: string) => heard.add(text));
  await progress(page).evaluate((status) => {
    const tell = () => (window as unknown as { heard(text: string): void }).heard(status.textContent ?? '');
    new MutationObserver(tell).observe(status, { subtree: true, childList: true, characterData: true });
  });
  await message(page).fill('A 3D fox on green hills');
  await message(page).press('Enter');
  await conversation(page).locator('img[src^="data:image/"]').first().waitFor();
  await untilPicture(page, 1);
  expect(page.url()).toMatch(/\/s\/[\w-]+$/);
  await expect.poll(() => [...heard]).toContainEqual(expect.stringMatching(/^Painting, \d+ of 400$/));
  await expect.poll(() => [...heard]).toContainEqual(expect.stringMatching(/^v1 is ready, [\d.]+ s$/));
  await expect.poll(() => picture(page, 1).getAttribute('alt')).toBe('A 3D fox on green hills, v1');
  expect(await contrast(page, 1)).toBeGreaterThan(2);

  await page.getByRole('button', { name: 'Edit v1' }).waitFor();
  await send(page, 'Make it a starry night');
  await untilPicture(page, 2);
  expect(await contrast(page, 2)).toBeGreaterThan(2);

  const { turns } = await snapshotOf(page);
  expect(turns[1]!.inputs).toMatchObject([{ pictureId: turns[0]!.pictures[0]!.id, role: 'target' }]);
  await page.context().close();
});

test('stop ends a run in the middle; running it again makes the picture', async () => {
  const page = await studio.open({ steps: LONG });
  await send(page, 'A flat style castle on a starry night');
  await progress(page)
    .filter({ hasText: /Painting, [1-9]/ })
    .waitFor();
  await stopButton(page).click();
  await conversation(page).getByText('Stopped', { exact: true }).waitFor();
  await stopButton(page).waitFor({ state: 'detached' });
  await expect.poll(() => picture(page, 1).count()).toBe(0);
  await page.getByRole('button', { name: 'Run again' }).click();
  await untilPicture(page, 1);
  await page.context().close();
});

test('a reload in the middle finds the run, the draft and then the picture', async () => {
  const page = await studio.open({ steps: LONG });
  await send(page, 'A 3D penguin in the snow');
  await progress(page)
    .filter({ hasText: /Painting, [1-9]/ })
    .waitFor();
  await message(page).fill('and now something else');
  await page.reload();
  await stopButton(page).waitFor();
  await progress(page)
    .filter({ hasText: /Painting, \d+ of 1,?000/ })
    .waitFor();
  await expect.poll(() => message(page).inputValue()).toBe('and now something else');
  await untilPicture(page, 1);
  await page.reload();
  await picture(page, 1).waitFor();
  await page.context().close();
});

test('two tabs stay in step', async () => {
  const page = await studio.open({ steps: 400 });
  await send(page, 'A flat style rocket on a starry night');
  await page.waitForURL(/\/s\//);
  const second = await page.context().newPage();
  await second.goto(page.url());
  await Promise.all([untilPicture(page, 1), untilPicture(second, 1)]);
  await page.context().close();
});

test('a second message waits its turn and can be taken out again', async () => {
  const page = await studio.open({ steps: LONG, count: 4 });
  await send(page, 'A 3D fox in the snow');
  await stopButton(page).waitFor();
  await page.waitForURL(/\/s\//);
  await message(page).fill('A 3D cactus');
  await sendButton(page).click();
  await page.getByRole('button', { name: 'Take out of the queue' }).click();
  await conversation(page).getByText('Stopped', { exact: true }).waitFor();
  await stopButton(page).click();
  await stopButton(page).waitFor({ state: 'detached' });
  await page.context().close();
});

test('a stop between pictures says how many were made', async () => {
  const page = await studio.open({ steps: LONG, count: 4 });
  await send(page, 'A flat style castle');
  await picture(page, 1).waitFor({ timeout: PICTURE_MS });
  await stopButton(page).click();
  await conversation(page)
    .getByText(/^[123] of 4 made/)
    .waitFor();
  await page.context().close();
});

test('each of several pictures names its version and is chosen with one click, or looked at and edited', async () => {
  const page = await openSession(studio, ['A Noto style cake'], { count: 4 });
  await picture(page, 4).waitFor();
  await page.getByRole('button', { name: 'Choose v3' }).click();
  await page.getByRole('link', { name: 'Download v3' }).waitFor();
  await modeChip(page, 'Edit v3').waitFor();
  await picture(page, 1).hover();
  await page.getByRole('button', { name: 'Look at v1 in full size' }).click();
  const dialog = page.getByRole('dialog');
  await dialog.getByRole('button', { name: 'Next version' }).click();
  await dialog.getByRole('link', { name: 'Download v2' }).waitFor();
  await dialog.getByRole('button', { name: 'Edit from here' }).click();
  await dialog.waitFor({ state: 'detached' });
  await modeChip(page, 'Edit v2').waitFor();
  await expect.poll(() => message(page).evaluate((box) => box === document.activeElement)).toBe(true);
  await picture(page, 4).hover();
  await page.getByRole('button', { name: 'Look at v4 in full size' }).click();
  await dialog.getByRole('button', { name: 'Use as reference' }).click();
  await page.getByRole('button', { name: /^Role of .*v4: reference/ }).waitFor();
  await page.context().close();
});

test('message and picture of a turn are copied', async () => {
  const page = await openSession(studio, ['A Noto style cake']);
  await page.context().grantPermissions(['clipboard-read', 'clipboard-write']);
  const copy = async (what: string) => {
    await page.getByRole('button', { name: 'More for v1' }).click();
    await page.getByRole('menuitem', { name: what }).click();
  };
  await copy('Copy the message');
  await expect.poll(() => page.evaluate(() => navigator.clipboard.readText())).toBe('A Noto style cake');
  await copy('Copy the picture');
  await expect
    .poll(() => page.evaluate(async () => (await navigator.clipboard.read()).flatMap(({ types }) => types)))
    .toContain('image/png');
  await page.context().close();
});

test('several pictures stand in a grid; vary repeats the request with another seed', async () => {
  const page = await studio.open();
  await page.getByRole('button', { name: /^Options/ }).click();
  await page.getByRole('spinbutton', { name: 'Pictures' }).fill('2');
  await page.keyboard.press('Escape');
  await send(page, 'A Noto style cake');
  await untilPicture(page, 1);
  await picture(page, 2).waitFor();
  await page.getByRole('button', { name: 'Vary' }).click();
  await picture(page, 3).waitFor({ timeout: 60_000 });
  await picture(page, 4).waitFor({ timeout: 60_000 });
  const { turns } = await snapshotOf(page);
  const [first, second] = turns.map(({ recipe }) => recipe!);
  expect(second).toEqual({ ...first, seed: second!.seed });
  expect(second!.seed).not.toBe(first!.seed);
  await page.context().close();
});

test('a killed server loses nothing: the page waits, reattaches, and the run goes on', async () => {
  const page = await studio.open({ steps: LONG });
  await send(page, 'A 3D fox on green hills');
  await progress(page)
    .filter({ hasText: /Painting, [1-9]/ })
    .waitFor();
  await message(page).fill('and then a castle');
  await studio.kill();
  await page.getByRole('alert').filter({ hasText: 'cannot be reached' }).waitFor();
  await studio.restart();
  await page.getByRole('alert').filter({ hasText: 'cannot be reached' }).waitFor({ state: 'detached' });
  await untilPicture(page, 1);
  await expect.poll(() => message(page).inputValue()).toBe('and then a castle');
  await page.context().close();
});
