/** Small things that people miss only when they are not there: on touch screens, while dragging, and while looking elsewhere. */
import { afterAll, beforeAll, expect, test } from 'vitest';
import type { ModelInfo } from '../../engine/index.ts';
import { isDraftQuicker } from '../../studio/abilities.ts';
import {
  conversation,
  DESKTOP,
  makeSession,
  PICTURE_MS,
  picture,
  type Studio,
  send,
  startStudio,
} from './studio.ts';

let studio: Studio;
let path: string;
beforeAll(async () => {
  studio = await startStudio();
  path = await makeSession(studio, ['A 3D fox on green hills', 'put a hat on the fox', 'make the sky red']);
});
afterAll(() => studio?.close());

test('a phone never zooms into a field: text of fields is 16 px, and what is pressed is 44 px high', async () => {
  const page = await studio.open({
    ...{ viewport: { width: 390, height: 844 }, hasTouch: true, isMobile: true, path },
  });
  await picture(page, 3).waitFor();
  const fields = () =>
    page
      .locator('input:visible, textarea:visible, select:visible')
      .evaluateAll((all) => all.map((field) => Number.parseFloat(getComputedStyle(field).fontSize)));
  expect(await fields()).toEqual([16]);
  await page.getByRole('button', { name: /^Options: / }).tap();
  await expect.poll(async () => (await fields()).length).toBeGreaterThan(4);
  expect(new Set(await fields())).toEqual(new Set([16]));
  const send = await page.getByRole('button', { name: 'Send', includeHidden: true }).boundingBox();
  expect(send!.height).toBeGreaterThanOrEqual(44);
  await page.context().close();
});

test('the way down to the newest stands in the middle, clear of the label of a version', async () => {
  const page = await studio.open({ viewport: { width: 390, height: 640 }, path });
  await picture(page, 3).waitFor();
  await conversation(page).hover();
  await page.mouse.wheel(0, -2_000);
  const down = page.getByRole('button', { name: 'To the latest' });
  await down.waitFor();
  const at = (await down.boundingBox())!;
  expect(Math.abs(at.x + at.width / 2 - 195)).toBeLessThan(12);
  const labels = conversation(page).locator('span:not(button *)', { hasText: /^v\d$/ });
  for (const label of await labels.all()) {
    const box = await label.boundingBox();
    expect(box === null || box.x + box.width < at.x).toBe(true);
  }
  await down.click();
  await down.waitFor({ state: 'detached' });
  await page.context().close();
});

test('a chip opens its picture, of a message that was sent and of the one that is written', async () => {
  const page = await studio.open({ viewport: DESKTOP, path });
  await picture(page, 3).waitFor();
  await conversation(page)
    .getByRole('button', { name: /^v1 · target/ })
    .click();
  await page.getByRole('dialog', { name: /v1/ }).waitFor();
  await page.keyboard.press('Escape');
  await page.getByRole('dialog').waitFor({ state: 'detached' });
  const chips = page
    .getByRole('listitem')
    .filter({ has: page.getByRole('button', { name: 'Role of v3: target' }) });
  await chips.getByRole('button', { name: 'Look at v3 in full size' }).click();
  await page.getByRole('dialog', { name: /v3/ }).waitFor();
  await page.context().close();
});

test('while files are dragged over the page all of it says that it takes them', async () => {
  const page = await studio.open({ viewport: DESKTOP, path });
  await picture(page, 3).waitFor();
  const drag = async (type: string) => {
    const data = await page.evaluateHandle(() => {
      const data = new DataTransfer();
      data.items.add(new File(['not a picture'], 'notes.txt', { type: 'text/plain' }));
      return data;
    });
    await conversation(page).dispatchEvent(type, { dataTransfer: data });
  };
  const veil = page.getByText('Let go anywhere to add your files');
  await drag('dragover');
  await veil.waitFor();
  await drag('dragleave');
  await veil.waitFor({ state: 'detached' });
  await drag('dragover');
  await drag('drop');
  await veil.waitFor({ state: 'detached' });
  await page.getByRole('alert').filter({ hasText: 'notes.txt' }).waitFor();
  await page.context().close();
});

test('whoever looks elsewhere is told by the title, and where it is wished by the system, that a picture is done', async () => {
  const page = await studio.open({ viewport: DESKTOP, permissions: ['notifications'] });
  await page.context().addInitScript(() => {
    const told: string[] = [];
    const Real = Notification;
    class Noted extends Real {
      constructor(...[text, options]: ConstructorParameters<typeof Real>) {
        super(text, options);
        told.push(text);
      }
    }
    Object.assign(globalThis, { told, Notification: Noted });
  });
  const look = (state: 'hidden' | 'visible') =>
    page.evaluate((state) => {
      Object.defineProperty(document, 'visibilityState', { configurable: true, get: () => state });
      document.dispatchEvent(new Event('visibilitychange'));
    }, state);
  const told = () => page.evaluate(() => (globalThis as unknown as { told: string[] }).told);
  const untilTitle = (title: RegExp) =>
    expect.poll(() => page.title(), { timeout: PICTURE_MS }).toMatch(title);
  await page.reload();
  await send(page, 'A 3D fox on green hills');
  await look('hidden');
  await untilTitle(/^v1 is ready · /);
  expect(await told()).toEqual([]);
  await look('visible');
  await untilTitle(/^(?!.*ready)/);

  await page.getByRole('link', { name: 'Settings' }).first().click();
  await page.getByRole('group', { name: 'Notification' }).getByText('On', { exact: true }).click();
  await page.getByRole('link', { name: 'Back to the studio' }).click();
  await picture(page, 1).waitFor();
  await send(page, 'put a hat on the fox');
  await look('hidden');
  await untilTitle(/^v2 is ready · /);
  expect(await told()).toEqual(['v2 is ready']);
  await page.context().close();
});

test('the switch of the theme says which theme it is, and what a press does', async () => {
  const page = await studio.open({ viewport: DESKTOP, colorScheme: 'light' });
  await page.getByRole('button', { name: 'Light theme. Switch to the dark one' }).click();
  await page.getByRole('button', { name: 'Dark theme. Switch to the light one' }).waitFor();
  await expect.poll(() => page.evaluate(() => document.documentElement.className)).toContain('dark');
  await page.context().close();
});

test('Draft is offered where the model takes many steps, and hidden where it gains nothing', async () => {
  const page = await studio.open({ viewport: DESKTOP });
  const { model } = (await (await page.request.get('/api/health')).json()) as { model: ModelInfo };
  expect(isDraftQuicker(model)).toBe(true);
  await page.getByRole('button', { name: 'Draft', exact: true }).waitFor();
  await page.route('**/api/health', (route) =>
    route.fulfill({ json: { state: 'ready', model: { ...model, defaultSteps: 8 } } }),
  );
  await page.reload();
  await page.getByRole('button', { name: /^Options: / }).waitFor();
  expect(await page.getByRole('button', { name: 'Draft', exact: true }).count()).toBe(0);
  await page.context().close();
});
