/** Steps of a message while they wait, run and are done: changed, stopped, kept to a part of the picture, and gone on with after a kill. */
import type { Page } from 'playwright';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { messageRow, stepsOf } from './messages-on-page.ts';
import {
  conversation,
  DESKTOP,
  message,
  modeChip,
  PICTURE_MS,
  picture,
  progress,
  type Studio,
  send,
  snapshotOf,
  startStudio,
  stopButton,
  untilPicture,
} from './studio.ts';

/** Under a minute on an idle machine. */
const SLOWLY_MS = 400_000;

let studio: Studio;
beforeAll(async () => {
  studio = await startStudio();
});
afterAll(() => studio?.close());

/** Steps of a picture that is still being painted while a test changes what follows. */
const LONG = 1_000;

async function changeStep(page: Page, text: string, step: number, change: string) {
  await messageRow(page, text)
    .getByRole('listitem')
    .nth(step)
    .getByRole('button', { name: /^Change this step/ })
    .click();
  await page.getByRole('menuitem', { name: change }).click();
}

test(
  'waiting steps are reworded, moved and taken out; stop keeps what is done; what was chosen by hand is drawn as it stands',
  async () => {
    // So tall that the steps stay in sight above the pictures that they wait for.
    const page = await studio.open({ viewport: { width: 1440, height: 2_800 }, steps: LONG });
    const text = 'make it night, then add a hat and then make it snow';
    await send(page, 'a fox on green hills');
    await progress(page)
      .filter({ hasText: /Painting, [1-9]/ })
      .waitFor({ timeout: PICTURE_MS });
    await send(page, text);
    await expect
      .poll(() => stepsOf(page, text))
      .toEqual([
        '1, Edit, make it night, waiting',
        '2, Edit, add a hat, waiting',
        '3, Edit, make it snow, waiting',
      ]);

    await changeStep(page, text, 1, 'Change the words');
    await page.getByRole('dialog').getByRole('textbox').fill('add a crown');
    await page.getByRole('dialog').getByRole('button', { name: 'Run again' }).click();
    await expect.poll(async () => (await stepsOf(page, text))[1]).toBe('2, Edit, add a crown, waiting');
    await changeStep(page, text, 2, 'One place earlier');
    await expect.poll(async () => (await stepsOf(page, text))[1]).toBe('2, Edit, make it snow, waiting');
    await changeStep(page, text, 2, 'Take out');
    await expect
      .poll(() => stepsOf(page, text))
      .toEqual(['1, Edit, make it night, waiting', '2, Edit, make it snow, waiting']);

    await picture(page, 1).waitFor({ timeout: PICTURE_MS });
    await expect.poll(async () => (await stepsOf(page, text))[0]).toBe('1, Edit, make it night, running');
    await stopButton(page).click();
    await expect
      .poll(() => stepsOf(page, text))
      .toEqual(['1, Edit, make it night, stopped', '2, Edit, make it snow, stopped']);
    await picture(page, 1).waitFor();

    await message(page).fill('undo');
    await modeChip(page, 'Undo').waitFor();
    await page.getByRole('button', { name: /^What this makes/ }).click();
    await page.getByRole('menuitemradio', { name: /^Edit v1/ }).click();
    await modeChip(page, 'Edit v1').waitFor();
    await page.getByRole('button', { name: 'Send' }).click();
    await expect.poll(async () => (await snapshotOf(page)).turns.at(-1)?.prompt).toBe('undo');
    await stopButton(page).click();
    await conversation(page).getByText('Stopped', { exact: true }).last().waitFor();
    await page.context().close();
  },
  SLOWLY_MS,
);

test(
  'an edit of the left half alone has its mask in the chip, and the editor opens with it',
  async () => {
    const page = await studio.open({ viewport: DESKTOP });
    await send(page, 'a fox on green hills');
    await untilPicture(page, 1);
    const text = 'make it snow only on the left half';
    await message(page).fill(text);
    await page.getByRole('button', { name: 'only on the left half' }).click();
    const editor = page.getByRole('dialog');
    const half = await editor
      .locator('canvas')
      .first()
      .evaluate((canvas: HTMLCanvasElement) => {
        const at = (share: number) =>
          canvas.getContext('2d')!.getImageData(Math.floor(share * canvas.width), 5, 1, 1).data[0];
        return [at(0.1), at(0.4), at(0.6), at(0.9)];
      });
    expect(half).toEqual([255, 255, 0, 0]);
    await editor.getByRole('button', { name: 'Cancel' }).click();
    await page.getByRole('button', { name: 'Send' }).click();
    await picture(page, 2).waitFor({ timeout: PICTURE_MS });
    await expect.poll(() => stepsOf(page, text)).toEqual([`Edit, ${text}, done`]);
    const { turns } = await snapshotOf(page);
    expect(turns[1]!.inputs.map(({ role }) => role)).toEqual(['target', 'mask']);
    await page.context().close();
  },
  SLOWLY_MS,
);

test(
  'a message goes on where a killed server left it, and the page shows it',
  async () => {
    const page = await studio.open({ viewport: DESKTOP, steps: 400 });
    const text = 'make it night and then add a hat';
    await send(page, 'a fox on green hills');
    await untilPicture(page, 1);
    await send(page, text);
    await expect.poll(async () => (await stepsOf(page, text))[0]).toBe('1, Edit, make it night, running');
    await studio.kill();
    await studio.restart();
    await picture(page, 3).waitFor({ timeout: 2 * PICTURE_MS });
    await expect
      .poll(() => stepsOf(page, text))
      .toEqual(['1, Edit, make it night, done', '2, Edit, add a hat, done']);
    await page.context().close();
  },
  SLOWLY_MS,
);
