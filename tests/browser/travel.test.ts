/** Going about in a session: branch, undo, leave an edit out, all by pointer and by keyboard, with real pictures. */
import type { Locator, Page } from 'playwright';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { branchTurns } from '../../app/components/state/branch.ts';
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

const MESSAGES = ['A 3D fox on green hills', 'Make it a starry night', 'Put a castle next to it'];

let studio: Studio;
let path: string;
beforeAll(async () => {
  studio = await startStudio();
  path = await makeSession(studio, MESSAGES);
});
afterAll(() => studio?.close());

/** Where something stands once it has stopped moving: a graph glides to what was added. */
async function boxAtRest(locator: Locator) {
  let before = '';
  await expect
    .poll(
      async () => {
        const now = JSON.stringify(await locator.boundingBox());
        const isSame = now === before;
        before = now;
        return isSame;
      },
      { interval: 300 },
    )
    .toBe(true);
  return (await locator.boundingBox())!;
}

const version = (page: Page, n: number) => page.getByRole('button', { name: new RegExp(`^v${n}, `) });

test('a double click in the graph goes on from there, undo comes back, redo goes again', async () => {
  const page = await studio.open({ viewport: DESKTOP, path });
  await modeChip(page, 'Edit v3').waitFor();
  await version(page, 1).dblclick();
  await modeChip(page, 'Edit v1').waitFor();
  await page.getByRole('button', { name: /^Undo: / }).click();
  await modeChip(page, 'Edit v3').waitFor();
  await page.getByRole('heading', { level: 1 }).click();
  await page.keyboard.press('ControlOrMeta+Shift+Z');
  await modeChip(page, 'Edit v1').waitFor();
  await message(page).press('ControlOrMeta+Z');
  await modeChip(page, 'Edit v3').waitFor();
  await page.context().close();
});

test('the graph by keyboard: arrows go through the versions, Shift + Enter continues', async () => {
  const page = await studio.open({ viewport: DESKTOP, path });
  await version(page, 3).focus();
  await page.keyboard.press('ArrowUp');
  await expect.poll(() => version(page, 2).getAttribute('aria-current')).toBe('true');
  await expect.poll(() => version(page, 2).evaluate((turn) => turn === document.activeElement)).toBe(true);
  await page.keyboard.press('Shift+Enter');
  await modeChip(page, 'Edit v2').waitFor();
  await page.getByRole('button', { name: /^Undo: / }).click();
  await modeChip(page, 'Edit v3').waitFor();
  await page.context().close();
});

test('leaving an edit out makes again only what stands on it', async () => {
  const page = await studio.open({ viewport: DESKTOP, path });
  await version(page, 2).click();
  await page.getByRole('switch', { name: 'Leave this edit out' }).click();
  await page.getByText('One picture is being made again.').first().waitFor();
  await untilPicture(page, 4);
  await modeChip(page, 'Edit v4').waitFor();
  await page.getByRole('button', { name: /^Undo: / }).click();
  await modeChip(page, 'Edit v3').waitFor();
  await page.context().close();
});

test('the settings of a version go into the composer', async () => {
  const page = await studio.open({ viewport: DESKTOP, path });
  await page.getByRole('tab', { name: 'Details' }).click();
  await page.getByRole('button', { name: 'Reuse settings' }).click();
  await page.getByRole('button', { name: /^Options: .*seed \d+/ }).waitFor();
  await expect.poll(() => page.getByRole('button', { name: /^Options/ }).textContent()).toMatch(/seed \d+/);
  await page.context().close();
});

test('an edit is moved by key and by dragging; what was made in that order before is not made again', async () => {
  const page = await openSession(studio, MESSAGES);
  const [fox, night, castle] = MESSAGES;
  await modeChip(page, 'Edit v3').waitFor();
  await version(page, 3).focus();
  await page.keyboard.press('Alt+ArrowUp');
  await page.getByText('2 pictures are being made again.').first().waitFor();
  await untilPicture(page, 5);
  await modeChip(page, 'Edit v5').waitFor();
  expect(await promptsOfBranch(page)).toEqual([fox, castle, night]);

  const { x, y, width, height } = await boxAtRest(version(page, 5));
  await page.mouse.move(x + width / 2, y + height / 2);
  await page.mouse.down();
  await page.mouse.move(x + width / 2, y + height / 2 - 150, { steps: 12 });
  await page.mouse.up();
  await page.getByText('All of these pictures were there already.').first().waitFor();
  await modeChip(page, 'Edit v3').waitFor();
  expect(await promptsOfBranch(page)).toEqual([fox, night, castle]);
  await page.context().close();
});

test('all edits since the first picture become one edit on it', async () => {
  const page = await studio.open({ viewport: DESKTOP, path });
  await page.getByRole('button', { name: 'More for v3' }).click();
  await page.getByRole('menuitem', { name: 'Apply all edits since v1 as one' }).click();
  const instructions = page.getByRole('textbox', { name: 'All your messages as one' });
  await expect.poll(() => instructions.inputValue()).toMatch(/starry night[\s\S]*castle/);
  await page.getByRole('button', { name: 'Run again from here' }).click();
  await expect.poll(async () => (await snapshotOf(page)).turns.at(-1)!.pictures.length).toBe(1);
  const { turns } = await snapshotOf(page);
  expect(turns.at(-1)!.inputs).toMatchObject([{ pictureId: turns[0]!.pictures[0]!.id, role: 'target' }]);
  await picture(page, turns.at(-1)!.pictures[0]!.version).waitFor();
  await page.context().close();
});

/** True while the middle of a picture is within what the conversation shows. */
const inSight = (page: Page, n: number) =>
  picture(page, n).evaluate((image) => {
    const { top, bottom } = image.getBoundingClientRect();
    const frame = image.closest('section')!.getBoundingClientRect();
    const middle = (top + bottom) / 2;
    return middle > frame.top && middle < frame.bottom;
  });
const LOW = { width: 1280, height: 700 };
const PHONE = { width: 360, height: 740 };

test('undo shows where it came back to and says so, where it hides nothing; what was left is marked', async () => {
  const page = await openSession(studio, MESSAGES, { viewport: LOW });
  const turn = (n: number) =>
    conversation(page)
      .getByRole('article')
      .nth(n - 1);
  await expect.poll(() => inSight(page, 1)).toBe(false);
  for (const n of [2, 1]) {
    await page.getByRole('button', { name: /^Undo: / }).click();
    await page.getByText(`Back at v${n}`).first().waitFor();
  }
  await expect.poll(() => inSight(page, 1)).toBe(true);
  await turn(1).getByText('current version').waitFor();
  await turn(2).getByText('on another branch').waitFor();
  const news = page.getByRole('listitem').filter({ hasText: 'Back at v1' });
  const over = async () => {
    const [note, box] = [await news.boundingBox(), await message(page).boundingBox()];
    return note !== null && box !== null && note.y + note.height <= box.y;
  };
  await expect.poll(over).toBe(true);
  await page.getByRole('button', { name: /^Redo: / }).click();
  await page.getByText('On to v2').first().waitFor();
  await turn(2).getByText('current version', { exact: true }).waitFor();
  await page.context().close();
});

test('a version chosen in the graph is shown in the conversation', async () => {
  const page = await openSession(studio, MESSAGES, { viewport: LOW });
  await expect.poll(() => inSight(page, 3)).toBe(true);
  await version(page, 1).click();
  await expect.poll(() => inSight(page, 1)).toBe(true);
  await version(page, 3).click();
  await expect.poll(() => inSight(page, 3)).toBe(true);
  await page.context().close();
});

test('a graph that was scrolled away comes back with one click; its lines are named', async () => {
  const page = await studio.open({ viewport: DESKTOP, path });
  // All of a small graph stands where reading begins.
  await expect.poll(async () => (await version(page, 1).boundingBox())?.y).toBeLessThan(200);
  await version(page, 3).hover();
  for (let turn = 0; turn < 4; turn++) await page.mouse.wheel(2_000, 2_000);
  await page.getByRole('button', { name: 'Show the whole graph' }).click();
  await version(page, 3).click();
  // A line that runs straight has a box without width, which counts as hidden.
  await page.getByRole('img', { name: 'From v1 to v2: target' }).waitFor({ state: 'attached' });
  await page.context().close();
});

test('a phone has redo once there is something to do again; the keys name it always', async () => {
  const page = await openSession(studio, MESSAGES.slice(0, 2), { viewport: PHONE });
  const redo = page.getByRole('button', { name: /^Redo/ });
  await page.getByRole('button', { name: /^Undo: / }).click();
  await modeChip(page, 'Edit v1').waitFor();
  await redo.click();
  await modeChip(page, 'Edit v2').waitFor();
  await redo.waitFor({ state: 'hidden' });
  await page.getByRole('heading', { level: 1 }).click();
  await page.keyboard.press('?');
  const keys = page.getByRole('dialog', { name: 'Keyboard shortcuts' });
  await keys.getByText('Redo', { exact: true }).waitFor();
  await page.context().close();
});

test('the address forgets an old turn once a message is sent', async () => {
  const page = await openSession(studio, MESSAGES.slice(0, 1));
  const { turns } = await snapshotOf(page);
  await page.goto(`${new URL(page.url()).pathname}#turn-${turns[0]!.id}`);
  await picture(page, 1).waitFor();
  await send(page, 'Make it a starry night');
  await untilPicture(page, 2);
  await expect.poll(() => new URL(page.url()).hash).toBe('');
  await page.context().close();
});

async function promptsOfBranch(page: Page): Promise<string[]> {
  const { session, turns } = await snapshotOf(page);
  return branchTurns(turns, session.headPictureId).map(({ prompt }) => prompt);
}
