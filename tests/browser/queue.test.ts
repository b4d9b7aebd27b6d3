/** Several turns at once: they wait in order, are moved, held and taken out, and the page says how long it takes. */
import { afterAll, beforeAll, expect, test } from 'vitest';
import {
  chooseMode,
  conversation,
  DESKTOP,
  message,
  modeChip,
  picture,
  type Studio,
  send,
  startStudio,
  stopButton,
} from './studio.ts';

const LONG = 1_000;

let studio: Studio;
beforeAll(async () => {
  studio = await startStudio();
});
afterAll(() => studio?.close());

test('turns wait in order, change places, are paused and taken out', async () => {
  const page = await studio.open({ viewport: DESKTOP, steps: LONG, count: 4 });
  await send(page, 'A 3D fox');
  await stopButton(page).waitFor();
  await page.waitForURL(/\/s\//);
  for (const text of ['A flat castle', 'A line art cactus']) {
    await chooseMode(page, 'New picture');
    await message(page).fill(text);
    await message(page).press('Enter');
    await conversation(page).getByText(text).first().waitFor();
  }
  await page.getByRole('button', { name: /^Queue: 1 running, 2 waiting/ }).click();
  const queue = page.getByRole('dialog', { name: 'Queue' });
  const entry = (text: string) => queue.getByRole('listitem').filter({ hasText: text });
  const inOrder = (...texts: string[]) =>
    expect
      .poll(() => queue.getByRole('listitem').allTextContents())
      .toEqual(texts.map((text) => expect.stringContaining(text)));
  await queue.getByRole('button', { name: 'Move “A line art cactus” earlier' }).press('Enter');
  await inOrder('A 3D fox', 'A line art cactus', 'A flat castle');
  await entry('A flat castle').dragTo(entry('A line art cactus'), { targetPosition: { x: 12, y: 4 } });
  await inOrder('A 3D fox', 'A flat castle', 'A line art cactus');
  await entry('A flat castle').dragTo(entry('A line art cactus'), { targetPosition: { x: 12, y: 40 } });
  await inOrder('A 3D fox', 'A line art cactus', 'A flat castle');
  await queue.getByRole('button', { name: 'Pause “A line art cactus”' }).press('Enter');
  await queue.getByRole('button', { name: 'Resume “A line art cactus”' }).waitFor();
  await queue.getByRole('button', { name: 'Take out “A flat castle”' }).click();
  await queue.getByRole('button', { name: 'Take out “A line art cactus”' }).click();
  await expect.poll(() => queue.getByRole('listitem').count()).toBe(1);
  await page.keyboard.press('Escape');
  await stopButton(page).click();
  await stopButton(page).waitFor({ state: 'detached' });
  await page.context().close();
});

test('an edit of a picture in the making waits for it and goes on from it', async () => {
  const page = await studio.open({ viewport: DESKTOP, steps: 400 });
  await send(page, 'A 3D fox');
  await page.waitForURL(/\/s\//);
  await modeChip(page, 'Edit the picture being made').waitFor();
  await message(page).fill('Make it night');
  await message(page).press('Enter');
  await picture(page, 2).waitFor({ timeout: 90_000 });
  await conversation(page).getByText('v1 · target').waitFor();
  await page.context().close();
});

test('what waits shows the space of a picture in the making, and says how many messages are ahead', async () => {
  const page = await studio.open({ viewport: DESKTOP, steps: LONG, count: 4 });
  const asked = new Set<string>();
  page.on('request', (request) => asked.add(new URL(request.url()).pathname));
  await send(page, 'A 3D fox');
  await page.waitForURL(/\/s\//);
  await modeChip(page, 'Edit the picture being made').waitFor();
  await message(page).fill('Make it night');
  await message(page).press('Enter');
  const waiting = conversation(page).getByRole('article').nth(1);
  await waiting.getByText('the picture being made · target').waitFor();
  await waiting.getByText('1 message ahead').waitFor();
  await page.getByRole('button', { name: 'Take out of the queue' }).click();
  await stopButton(page).click();
  await stopButton(page).waitFor({ state: 'detached' });
  expect([...asked]).not.toContain('/images/');
  await page.context().close();
});
