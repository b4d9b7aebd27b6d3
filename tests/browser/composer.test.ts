/** The composer: pictures by button and paste, refusals that lose nothing, offline, input methods, languages. */
import type { Locator } from 'playwright';
import sharp from 'sharp';
import { afterAll, beforeAll, expect, test } from 'vitest';
import type { Health } from '../../studio/protocol.ts';
import {
  chooseMode,
  DESKTOP,
  message,
  modeChip,
  openSession,
  picture,
  progress,
  type Studio,
  send,
  sendButton,
  snapshotOf,
  startStudio,
  untilPicture,
} from './studio.ts';

let studio: Studio;
beforeAll(async () => {
  studio = await startStudio();
});
afterAll(() => studio?.close());

const squares = sharp({ create: { width: 200, height: 200, channels: 3, background: '#3a7' } })
  .composite([
    { input: { create: { width: 90, height: 90, channels: 3, background: '#d42' } }, left: 20, top: 20 },
  ])
  .png()
  .toBuffer();

test('an added picture is what the message edits', async () => {
  const page = await studio.open();
  const file = { name: 'squares.png', mimeType: 'image/png', buffer: await squares };
  await page.locator('input[type=file]:not([data-purpose])').setInputFiles(file);
  await page.getByRole('button', { name: 'Edit v1' }).waitFor();
  await page.reload();
  await page.getByRole('button', { name: 'Edit v1' }).waitFor();
  await send(page, 'Make it a starry night');
  await untilPicture(page, 2);
  await page.getByText('v1 · target').waitFor();
  await page.context().close();
});

test('a pasted picture becomes a chip that can be removed; what is no picture is refused', async () => {
  const page = await openSession(studio, ['A 3D fox']);
  await message(page).evaluate(
    (box, bytes) => {
      const clipboardData = new DataTransfer();
      clipboardData.items.add(new File([Uint8Array.from(bytes)], 'pasted.png', { type: 'image/png' }));
      box.dispatchEvent(new ClipboardEvent('paste', { clipboardData, bubbles: true, cancelable: true }));
    },
    [...(await squares)],
  );
  await page.getByRole('button', { name: 'Remove v2' }).waitFor();
  await page.getByRole('button', { name: 'Edit v1' }).waitFor();
  await page.getByRole('button', { name: 'Remove v2' }).click();
  await page.getByRole('button', { name: 'Remove v2' }).waitFor({ state: 'detached' });

  const broken = { name: 'broken.png', mimeType: 'image/png', buffer: (await squares).subarray(0, 60) };
  await page.locator('input[type=file]:not([data-purpose])').setInputFiles(broken);
  await page.getByRole('alert').filter({ hasText: 'broken.png' }).waitFor();
  await page.context().close();
});

test('a picture added to a session stays a reference until one tap edits it instead', async () => {
  const page = await openSession(studio, ['A 3D fox']);
  const file = { name: 'squares.png', mimeType: 'image/png', buffer: await squares };
  await page.locator('input[type=file]:not([data-purpose])').setInputFiles(file);
  await page.getByRole('button', { name: 'Role of v2: reference' }).waitFor();
  await modeChip(page, 'Edit v1').waitFor();
  await page.getByRole('button', { name: 'Edit v2 instead' }).click();
  await modeChip(page, 'Edit v2').waitFor();
  await page.getByRole('button', { name: 'Role of v2: target' }).waitFor();
  await page.getByRole('button', { name: 'Edit v2 instead' }).waitFor({ state: 'detached' });
  await page.getByRole('button', { name: 'Remove v1' }).waitFor({ state: 'detached' });
  await page.context().close();
});

test('the picture that is edited is not added once more; its subject is offered for a new picture', async () => {
  const page = await openSession(studio, ['A 3D fox']);
  await page.getByRole('button', { name: 'Use as reference' }).click();
  const news = page.getByRole('listitem').filter({ hasText: 'v1 goes in already' });
  await news.waitFor();
  await page.getByRole('button', { name: 'Role of v1: reference' }).waitFor({ state: 'detached' });
  await news.getByRole('button', { name: 'Same subject' }).click();
  await modeChip(page, 'Same subject').waitFor();
  await page.getByRole('button', { name: 'Role of v1: reference' }).waitFor();
  await page.context().close();
});

test('a number that is not allowed is not taken, and what is allowed is said', async () => {
  const page = await studio.open({ viewport: DESKTOP });
  await page.getByRole('button', { name: /^Options/ }).click();
  const seed = page.getByRole('spinbutton', { name: 'Seed' });
  await seed.fill('-5');
  await page.getByRole('alert').filter({ hasText: '0 to 9,007,199,254,740,991' }).waitFor();
  await seed.press('Enter');
  await expect.poll(() => seed.inputValue()).toBe('');
  await page.getByRole('button', { name: 'Lock the seed' }).waitFor();
  await seed.fill('7');
  await page.getByRole('alert').filter({ hasText: '0 to' }).waitFor({ state: 'detached' });
  await page.getByRole('button', { name: 'New seed each time' }).waitFor();
  const steps = page.getByRole('spinbutton', { name: 'Steps' });
  await steps.fill('0');
  await page.getByRole('alert').filter({ hasText: '1 to' }).waitFor();
  // What becomes impossible leaves the number that was there before, not the first digits of what was typed.
  await steps.fill('9');
  await steps.press('Enter');
  await steps.press('ControlOrMeta+a');
  await steps.pressSequentially('7.5');
  await page.getByRole('alert').filter({ hasText: 'This stays at 9' }).waitFor();
  await steps.press('Enter');
  await expect.poll(() => steps.inputValue()).toBe('9');
  await seed.press('ControlOrMeta+a');
  await seed.pressSequentially('9007199254740993');
  await seed.press('Enter');
  await expect.poll(() => seed.inputValue()).toBe('7');
  await page.context().close();
});

test('how many pictures a message makes stands on the button that sends it', async () => {
  const page = await studio.open({ viewport: DESKTOP });
  await page.getByRole('button', { name: /^Options/ }).click();
  await page.getByRole('spinbutton', { name: 'Pictures' }).fill('4');
  await page.keyboard.press('Escape');
  await page.getByRole('button', { name: 'Send, 4 pictures' }).waitFor();
  await page.getByRole('button', { name: /^Options: 4 pictures, / }).waitFor();
  await page.context().close();
});

test('the mode is said and switched, never guessed', async () => {
  const page = await studio.open();
  await modeChip(page, 'New picture').waitFor();
  await send(page, 'A 3D fox');
  await untilPicture(page, 1);
  await modeChip(page, 'Edit v1').waitFor();
  await chooseMode(page, 'New picture');
  await send(page, 'A flat style castle');
  await untilPicture(page, 2);
  await modeChip(page, 'Edit v2').waitFor();
  await page.getByRole('button', { name: 'Edit from here' }).first().click();
  await modeChip(page, 'Edit v1').waitFor();
  await page.context().close();
});

test('a refused message stays in the box with the reason', async () => {
  const page = await studio.open();
  const { model } = (await (await page.request.get('/api/health')).json()) as Health;
  const tooLong = model!.maxPromptBytes + 1;
  await send(page, 'x'.repeat(tooLong));
  await page
    .getByRole('alert')
    .filter({ hasText: `has ${tooLong} bytes` })
    .waitFor();
  expect((await message(page).inputValue()).length).toBe(tooLong);
  await expect.poll(() => message(page).getAttribute('aria-invalid')).toBe('true');
  await send(page, 'A 3D fox');
  await untilPicture(page, 1);
  await page.context().close();
});

test('without the server the page says so, keeps the draft, and goes on by itself', async () => {
  const page = await studio.open();
  await message(page).fill('A 3D fox on green hills');
  await page.context().setOffline(true);
  await page.getByRole('alert').filter({ hasText: 'cannot be reached' }).waitFor();
  await expect.poll(() => sendButton(page).getAttribute('aria-disabled')).toBe('true');
  await message(page).press('Enter');
  await expect.poll(() => message(page).inputValue()).toBe('A 3D fox on green hills');
  await page.context().setOffline(false);
  await page.getByRole('alert').filter({ hasText: 'cannot be reached' }).waitFor({ state: 'detached' });
  await message(page).press('Enter');
  await untilPicture(page, 1);
  await page.context().close();
});

test('a message sent before the model was heard of is not lost', async () => {
  const page = await studio.open();
  await page.route('**/api/health', () => {});
  await page.reload();
  await message(page).fill('A 3D fox');
  await sendButton(page).and(page.locator('[aria-disabled=false]')).waitFor();
  await message(page).press('Enter');
  await untilPicture(page, 1);
  await page.context().close();
});

test('Enter belongs to the input method while it composes; Shift + Enter breaks the line', async () => {
  const page = await studio.open();
  await message(page).fill('雪地里的狐狸');
  await message(page).evaluate((box) => {
    box.dispatchEvent(new KeyboardEvent('keydown', { key: 'Enter', isComposing: true, bubbles: true }));
  });
  await message(page).press('Shift+Enter');
  await expect.poll(() => message(page).inputValue()).toBe('雪地里的狐狸\n');
  await message(page).press('Enter');
  await untilPicture(page, 1);
  await expect.poll(() => picture(page, 1).getAttribute('alt')).toBe('雪地里的狐狸, v1');
  await page.context().close();
});

test('an example runs at one click', async () => {
  const page = await studio.open();
  const examples = page.getByRole('list', { name: 'Examples' });
  for (const mode of ['New picture', 'Edit', 'Style', 'Same subject', 'Combine'])
    await examples
      .getByRole('button', { name: new RegExp(`^${mode}`) })
      .first()
      .waitFor();
  const example = examples.getByRole('button', { name: /^New picture/ }).first();
  const named = (await example.textContent())!;
  await example.click();
  await untilPicture(page, 1);
  expect(`New picture${await picture(page, 1).getAttribute('alt')}`).toBe(`${named}, v1`);
  await page.context().close();
});

test.each([
  ['Edit', 'edit', ['target']],
  ['Style', 'style', ['style']],
  ['Same subject', 'identity', ['reference']],
  ['Combine', 'combine', ['reference', 'reference']],
])('the example of %s makes what it goes on from, then itself', async (name, mode, roles) => {
  const page = await studio.open();
  const examples = page.getByRole('list', { name: 'Examples' });
  await examples.getByRole('button', { name: new RegExp(`^${name}`) }).click();
  await untilPicture(page, roles.length + 1);
  const { turns } = await snapshotOf(page);
  const made = turns.at(-1)!;
  expect(made.mode).toBe(mode);
  expect(made.inputs.map(({ role, turnId }) => [role, turnId])).toEqual(
    roles.map((role, index) => [role, turns[index]!.id]),
  );
  await page.context().close();
});

test('a Chinese browser gets a Chinese page, and either can have the other', async () => {
  const page = await studio.open({ locale: 'zh-CN' });
  await page.getByRole('button', { name: '新会话' }).waitFor();
  await expect.poll(() => page.locator('html').getAttribute('lang')).toBe('zh-CN');
  await page.getByRole('button', { name: 'English' }).click();
  await page.getByRole('button', { name: 'New session' }).waitFor();
  await page.context().close();
});

test.each([
  ['no-preference', 'rise', '0.14s'],
  ['reduce', 'none', '0s'],
] as const)('motion as the system asks for it: %s', async (reducedMotion, animation, transition) => {
  const page = await studio.open({ reducedMotion, viewport: DESKTOP });
  await page.getByRole('button', { name: /^Options/ }).click();
  const popover = page.getByRole('dialog', { name: 'Options' });
  const style = (locator: Locator, name: 'animationName' | 'transitionDuration') =>
    locator.evaluate((element, property) => getComputedStyle(element)[property], name);
  expect(await style(popover, 'animationName')).toBe(animation);
  expect(await style(popover.getByRole('button').first(), 'transitionDuration')).toBe(transition);
  await page.context().close();
});

test('an unknown session is not an empty one', async () => {
  const page = await studio.open({ path: '/s/00000000-0000-7000-8000-000000000000' });
  await page.getByRole('heading', { name: 'There is no such session' }).waitFor();
  await page.getByRole('button', { name: 'Start a new session' }).click();
  await page.getByRole('heading', { name: 'Write a picture' }).waitFor();
  await expect.poll(() => progress(page).textContent()).toBe('');
  await page.context().close();
});
