/** Going about in a session: branch, undo, leave an edit out, all by pointer and by keyboard, with real pictures. */
import type { Page } from 'playwright';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { branchNodes } from '../../app/components/state/branch.ts';
import {
  DESKTOP,
  makeSession,
  message,
  modeChip,
  openSession,
  picture,
  type Studio,
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
  await expect.poll(() => version(page, 2).evaluate((node) => node === document.activeElement)).toBe(true);
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
  await page.getByText('1 picture is made again.').first().waitFor();
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
  await page.getByText('2 pictures are made again.').first().waitFor();
  await untilPicture(page, 5);
  await modeChip(page, 'Edit v5').waitFor();
  expect(await promptsOfBranch(page)).toEqual([fox, castle, night]);

  const { x, y, width, height } = (await version(page, 5).boundingBox())!;
  await page.mouse.move(x + width / 2, y + height / 2);
  await page.mouse.down();
  await page.mouse.move(x + width / 2, y + height / 2 - 150, { steps: 12 });
  await page.mouse.up();
  await page.getByText('All pictures were there already.').first().waitFor();
  await modeChip(page, 'Edit v3').waitFor();
  expect(await promptsOfBranch(page)).toEqual([fox, night, castle]);
  await page.context().close();
});

test('all edits since the first picture become one edit on it', async () => {
  const page = await studio.open({ viewport: DESKTOP, path });
  await page.getByRole('button', { name: 'More for v3' }).click();
  await page.getByRole('menuitem', { name: 'Apply all edits since v1 as one' }).click();
  const instructions = page.getByRole('textbox', { name: 'All instructions' });
  await expect.poll(() => instructions.inputValue()).toMatch(/starry night[\s\S]*castle/);
  await page.getByRole('button', { name: 'Run again from here' }).click();
  await expect.poll(async () => (await snapshotOf(page)).nodes.at(-1)!.images.length).toBe(1);
  const { nodes } = await snapshotOf(page);
  expect(nodes.at(-1)!.inputs).toMatchObject([{ imageId: nodes[0]!.images[0]!.id, role: 'target' }]);
  await picture(page, nodes.at(-1)!.images[0]!.version).waitFor();
  await page.context().close();
});

async function promptsOfBranch(page: Page): Promise<string[]> {
  const { session, nodes } = await snapshotOf(page);
  return branchNodes(nodes, session.headImageId).map(({ prompt }) => prompt);
}
