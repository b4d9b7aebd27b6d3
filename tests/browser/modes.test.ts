/** What a message means before it is sent: five modes, roles, mentions, numbers, mask and words, in a real Chromium. */
import sharp from 'sharp';
import { afterAll, beforeAll, expect, test } from 'vitest';
import {
  chooseMode,
  DESKTOP,
  makeSession,
  message,
  type Studio,
  sendButton,
  snapshotOf,
  startStudio,
  untilPicture,
} from './studio.ts';

let studio: Studio;
let path: string;
beforeAll(async () => {
  studio = await startStudio();
  path = await makeSession(studio, [
    'A 3D fox on green hills',
    { mode: 'New picture', text: 'A flat style castle' },
  ]);
});
afterAll(() => studio?.close());

test('combine asks for its pictures, takes them at a click, and sends them in their order', async () => {
  const page = await studio.open({ viewport: DESKTOP, path });
  await chooseMode(page, 'Combine');
  await page.getByRole('button', { name: /For example/ }).click();
  await expect.poll(() => message(page).inputValue()).toBe('Both of them side by side on green hills');
  await expect.poll(() => sendButton(page).getAttribute('aria-disabled')).toBe('true');
  await page.getByRole('button', { name: 'Use v2' }).click();
  await page.getByRole('button', { name: 'Use v1' }).click();
  await page.getByRole('button', { name: 'Role of v2: reference' }).waitFor();
  await page.getByRole('tab', { name: 'Context' }).click();
  const panel = page.getByRole('tabpanel', { name: 'Context' });
  await expect
    .poll(() => panel.getByRole('listitem').allTextContents())
    .toEqual([expect.stringMatching(/^1v2 reference/), expect.stringMatching(/^2v1 reference/)]);
  await sendButton(page).click();
  await untilPicture(page, 3);
  const { turns } = await snapshotOf(page);
  const made = turns.at(-1)!;
  expect(made.mode).toBe('combine');
  expect(made.inputs.map(({ role, position }) => [role, position])).toEqual([
    ['reference', 0],
    ['reference', 1],
  ]);
  await page.context().close();
});

test('a mention is offered, chosen by keyboard, numbered, and read as a number', async () => {
  const page = await studio.open({ viewport: DESKTOP, path });
  await message(page).pressSequentially('Take the hills of @fox');
  const offered = page.getByRole('listbox', { name: 'Pictures to mention' });
  await expect.poll(() => offered.getByRole('option').count()).toBeGreaterThan(0);
  await message(page).press('Enter');
  await expect.poll(() => message(page).inputValue()).toBe('Take the hills of @1 ');
  await page.getByRole('tab', { name: 'Context' }).click();
  const panel = page.getByRole('tabpanel', { name: 'Context' });
  await panel
    .getByRole('insertion')
    .filter({ hasText: /^image 2$/ })
    .waitFor();
  await message(page).fill('Take the hills of @99');
  await page.getByText('There is no v99 in this session').first().waitFor();
  await page
    .getByRole('button', { name: /^Use @/ })
    .first()
    .click();
  await expect.poll(() => message(page).inputValue()).toMatch(/^Take the hills of @v?[1-9]\d? ?$/);
  await panel
    .getByRole('insertion')
    .filter({ hasText: /^image \d$/ })
    .waitFor();
  await page.context().close();
});

test('a style reference has a way in of its own; a role can be changed', async () => {
  const page = await studio.open({ viewport: DESKTOP, path });
  await chooseMode(page, 'Style');
  await page.getByRole('button', { name: 'Use v2' }).click();
  await page.getByRole('button', { name: 'Role of v2: style' }).click();
  await page.getByRole('menuitemradio', { name: 'target' }).click();
  await page.getByRole('button', { name: 'Role of v2: target' }).waitFor();
  await page.context().close();
});

test('words to draw are a field; the arrow up brings back what was sent; a draft takes fewer steps', async () => {
  const page = await studio.open({ viewport: DESKTOP, path });
  await page.getByRole('region', { name: 'Conversation' }).getByRole('img').first().waitFor();
  await message(page).press('ArrowUp');
  await expect.poll(() => message(page).inputValue()).toMatch(/side by side|castle/);
  await message(page).fill('A sign');
  await page.getByRole('button', { name: 'Words in the picture' }).click();
  await page.getByRole('textbox', { name: 'Words in the picture 1' }).fill('MOON');
  await page.getByRole('button', { name: 'Draft', exact: true }).click();
  await sendButton(page).click();
  await expect
    .poll(async () => (await snapshotOf(page)).turns.at(-1)!.recipe)
    .toMatchObject({ renderTexts: ['MOON'], quality: 'draft' });
  await page.context().close();
});

test('a mask is painted with the keyboard and goes with the message', async () => {
  const page = await studio.open({ viewport: DESKTOP, path });
  await page.getByRole('button', { name: 'Paint where the picture may change' }).click();
  const surface = page.getByRole('application', { name: 'Painting surface' });
  await surface.focus();
  await page.keyboard.press('ArrowRight');
  await page.keyboard.press('Space');
  await page.getByText('Row 1, column 2: painted').waitFor({ state: 'attached' });
  await page.getByRole('button', { name: 'Invert' }).click();
  await page.getByRole('button', { name: 'Undo stroke' }).click();
  await page.getByRole('button', { name: 'Use mask' }).click();
  await page.getByRole('button', { name: /^mask, \d+ %/ }).waitFor();
  await page.getByRole('button', { name: 'Remove Mask' }).click();
  await page.getByRole('button', { name: /^mask, / }).waitFor({ state: 'detached' });
  await page.context().close();
});

test('keys undo strokes and change the brush; what is written and made behind the mask editor stays', async () => {
  const page = await studio.open({ viewport: DESKTOP, path });
  await message(page).pressSequentially('Make it night');
  const before = (await snapshotOf(page)).seq;
  await page.getByRole('button', { name: 'Paint where the picture may change' }).click();
  const use = page.getByRole('button', { name: 'Use mask' });
  await page.getByRole('application', { name: 'Painting surface' }).focus();
  await page.keyboard.press('Space');
  await use.and(page.locator(':enabled')).waitFor();
  await page.keyboard.press('Control+z');
  await use.and(page.locator(':disabled')).waitFor();
  await page.keyboard.press('Control+z');
  await page.keyboard.press('Control+Shift+z');
  await use.and(page.locator(':enabled')).waitFor();
  await page.getByRole('button', { name: 'Brush', exact: true }).click();
  await page.keyboard.press('Control+z');
  await use.and(page.locator(':disabled')).waitFor();

  const brush = page.getByRole('slider', { name: 'Brush size' });
  const size = async () => Number(await brush.inputValue());
  const first = await size();
  await page.keyboard.press(']');
  await expect.poll(size).toBeGreaterThan(first);
  await page.keyboard.press('[');
  await page.keyboard.press('[');
  await expect.poll(size).toBeLessThan(first);
  await page.getByRole('button', { name: 'Cancel' }).click();
  await expect.poll(() => message(page).inputValue()).toBe('Make it night');
  expect((await snapshotOf(page)).seq).toBe(before);
  await page.context().close();
});

test('Escape asks before a painted mask is thrown away', async () => {
  const page = await studio.open({ viewport: DESKTOP, path });
  const editor = page.getByRole('dialog', { name: /^Mask for / });
  const surface = editor.getByRole('application', { name: 'Painting surface' });
  const open = async () => {
    await page.getByRole('button', { name: 'Paint where the picture may change' }).click();
    await surface.waitFor();
  };
  await open();
  await page.keyboard.press('Escape');
  await editor.waitFor({ state: 'detached' });
  await open();
  await surface.focus();
  await page.keyboard.press('Space');
  await page.keyboard.press('Escape');
  await editor.getByText('Leave without the mask?').waitFor();
  await page.keyboard.press('Escape');
  await editor.getByText('Leave without the mask?').waitFor({ state: 'detached' });
  await page.keyboard.press('Escape');
  await editor.getByRole('button', { name: 'Throw away' }).click();
  await editor.waitFor({ state: 'detached' });
  await open();
  await surface.focus();
  await page.keyboard.press('Space');
  await page.keyboard.press('Escape');
  await editor.getByRole('button', { name: 'Use mask' }).click();
  await page.getByRole('button', { name: /^mask, \d+ %/ }).waitFor();
  await page.context().close();
});

test('on a phone the mask lies over a picture of its own shape, and the tools stand in one row', async () => {
  const page = await studio.open({ viewport: { width: 360, height: 740 }, path });
  await page.getByRole('button', { name: 'Paint where the picture may change' }).click();
  const surface = page.getByRole('application', { name: 'Painting surface' });
  const shape = () => surface.evaluate(({ clientWidth, clientHeight }) => clientWidth / clientHeight);
  await expect.poll(shape).toBeCloseTo(1, 1);
  const rows = () =>
    page
      .getByRole('slider', { name: 'Brush size' })
      .evaluate(({ parentElement }) =>
        [...parentElement!.querySelectorAll('button')].map(({ offsetTop }) => offsetTop),
      );
  await expect.poll(async () => new Set(await rows()).size).toBe(1);
  await page.context().close();
});

test('every version can be chosen as the one to edit', async () => {
  const page = await studio.open({ viewport: DESKTOP });
  const files = Array.from({ length: 11 }, async (_, index) => ({
    name: `${index}.png`,
    mimeType: 'image/png',
    buffer: await flatPicture(index * 20),
  }));
  await page.locator('input[type=file]:not([data-purpose])').setInputFiles(await Promise.all(files));
  await page.getByRole('button', { name: 'Remove v11' }).waitFor();
  await page.getByRole('button', { name: /^What this makes/ }).click();
  const oldest = page.getByRole('menuitemradio', { name: /^Edit v2\b/ });
  await page.getByRole('menuitemradio', { name: /^Edit v11\b/ }).waitFor();
  await oldest.waitFor({ state: 'detached' });
  await page.getByRole('menuitem', { name: /^\d+ older/ }).click();
  await oldest.click();
  await page.getByRole('button', { name: 'What this makes: Edit v2' }).waitFor();
  await page.context().close();
});

const flatPicture = (red: number): Promise<Buffer> =>
  sharp({ create: { width: 64, height: 64, channels: 3, background: { r: red, g: 90, b: 160 } } })
    .png()
    .toBuffer();
