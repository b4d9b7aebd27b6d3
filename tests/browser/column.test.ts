/** The picture has the column: how large it stands, how one of several is chosen, and what was there before. */
import { afterAll, beforeAll, expect, test } from 'vitest';
import {
  conversation,
  DESKTOP,
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
beforeAll(async () => {
  studio = await startStudio();
});
afterAll(() => studio?.close());

test('a picture takes about 560 px where there is room, more on 4K, and the width of a phone', async () => {
  const page = await openSession(studio, ['A 3D fox on green hills']);
  const widthAt = async (width: number, height: number) => {
    await page.setViewportSize({ width, height });
    return (await picture(page, 1).boundingBox())!.width;
  };
  await expect.poll(() => widthAt(1440, 900)).toBeGreaterThan(540);
  await expect.poll(() => widthAt(3840, 2160)).toBeGreaterThan(700);
  await expect.poll(() => widthAt(390, 844)).toBeGreaterThan(360);
  // The line under it is one line, and nothing of the machine stands in it.
  const turn = conversation(page).getByRole('article').first();
  for (const word of ['seed', 'hit', 'miss', 'steps', 'kB'])
    await expect.poll(() => turn.getByText(word).filter({ visible: true }).count()).toBe(0);
  await page.context().close();
});

test('a click on one of several makes it the target everywhere, and undo takes that back', async () => {
  const page = await openSession(studio, ['A Noto style cake'], { count: 4 });
  await picture(page, 4).waitFor();
  const head = async () => (await snapshotOf(page)).session.headPictureId;
  const first = await head();
  await picture(page, 3).click();
  await modeChip(page, 'Edit v3').waitFor();
  await expect
    .poll(() => page.getByRole('button', { name: 'Choose v3' }).getAttribute('aria-pressed'))
    .toBe('true');
  await expect.poll(head).not.toBe(first);
  await page.getByRole('button', { name: /^v3, .*current version/ }).waitFor();
  await page.getByRole('button', { name: /^Undo: / }).click();
  await expect.poll(head).toBe(first);
  await page.getByRole('button', { name: 'Choose v3', pressed: false }).waitFor();
  await page.context().close();
});

test('the pictures of a message are flipped through in one place, and chosen there', async () => {
  const page = await openSession(studio, ['A Noto style cake'], { count: 2, reducedMotion: 'reduce' });
  await picture(page, 2).waitFor();
  await page.getByRole('button', { name: 'Flip through' }).click();
  const flip = page.getByRole('region', { name: 'Flip through' });
  const first = await flip.getByText(/^v\d$/).textContent();
  await flip.getByRole('button', { name: 'Next version' }).click();
  const second = await flip.getByText(/^v\d$/).textContent();
  expect(second).not.toBe(first);
  await flip.getByRole('button', { name: `Choose ${second}` }).click();
  await modeChip(page, `Edit ${second}`).waitFor();
  await flip.getByRole('button', { name: 'Show them side by side' }).click();
  await picture(page, 1).waitFor();
  await page.context().close();
});

test('what was before is seen for as long as its button is held, by pointer and by key', async () => {
  const page = await openSession(studio, ['A 3D fox on green hills', 'Make it a starry night']);
  const before = page.getByRole('button', { name: 'Before' });
  const shown = conversation(page).getByRole('img', { name: 'Before: v1' });
  await before.hover();
  await page.mouse.down();
  await shown.waitFor();
  await page.mouse.up();
  await shown.waitFor({ state: 'detached' });
  await before.focus();
  await page.keyboard.down('Space');
  await shown.waitFor();
  await page.keyboard.up('Space');
  await shown.waitFor({ state: 'detached' });
  await page.context().close();
});

test('the options of one session are not those of the next', async () => {
  const page = await studio.open({ viewport: DESKTOP, steps: 2, count: 2 });
  await send(page, 'A 3D fox');
  await untilPicture(page, 1);
  await page.getByRole('button', { name: /^Options: 2 pictures/ }).waitFor();
  await page.getByRole('button', { name: 'New session' }).first().click();
  await page.getByRole('button', { name: 'Send', exact: true }).waitFor();
  await expect.poll(() => page.getByRole('button', { name: /^Options: 2 pictures/ }).count()).toBe(0);
  await page.context().close();
});

test('Escape leaves the message, single keys are commands then, and a slash goes back', async () => {
  const page = await openSession(studio, ['A 3D fox on green hills', 'Make it a starry night']);
  await message(page).press('Escape');
  await page.keyboard.press('c');
  await page.getByRole('region', { name: 'Compare' }).waitFor();
  await page.keyboard.press('Escape');
  await picture(page, 2).waitFor();
  await page.keyboard.press('/');
  await expect.poll(() => message(page).evaluate((box) => box === document.activeElement)).toBe(true);
  await page.context().close();
});
