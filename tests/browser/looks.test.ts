/**
 * How it looks and whether everyone can use it: axe in both themes, nothing wider than a small phone, and the
 * screenshots of the README, taken of real pictures.
 */
import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import { AxeBuilder } from '@axe-core/playwright';
import type { Page } from 'playwright';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { message, picture, progress, type Studio, send, startStudio, untilPicture } from './studio.ts';

const SCREENSHOTS = join(import.meta.dirname, '../../docs/screenshots');
const DESKTOP = { width: 1440, height: 900 };
const PHONE = { width: 360, height: 740 };
const LONG = 60;

let studio: Studio;
let sessionPath: string;

beforeAll(async () => {
  await mkdir(SCREENSHOTS, { recursive: true });
  studio = await startStudio();
  const page = await studio.open({ steps: 12 });
  await send(page, 'A 3D fox on green hills');
  await untilPicture(page, 1);
  await send(page, 'Put a castle next to it');
  await untilPicture(page, 2);
  sessionPath = new URL(page.url()).pathname;
  await page.context().close();
});
afterAll(() => studio?.close());

async function seriousProblems(page: Page): Promise<string[]> {
  const { violations } = await new AxeBuilder({ page }).analyze();
  return violations
    .filter(({ impact }) => impact === 'serious' || impact === 'critical')
    .flatMap(({ id, nodes }) =>
      nodes.map(({ target, failureSummary }) => `${id} ${target} ${failureSummary}`),
    );
}

/** Elements that reach over the right edge of the window. */
function overEdge(page: Page): Promise<string[]> {
  return page.evaluate(() => {
    if (document.documentElement.scrollWidth <= innerWidth) return [];
    const wide = [...document.querySelectorAll('body *')].filter(
      (element) => element.getBoundingClientRect().right > innerWidth,
    );
    return wide.map(({ tagName, className, textContent }) => `${tagName} ${className} ${textContent}`);
  });
}

async function shot(page: Page, name: string): Promise<void> {
  await page.waitForFunction(() =>
    [...document.images].every((image) => {
      const { top, bottom, width } = image.getBoundingClientRect();
      const seen = width > 0 && bottom > 0 && top < innerHeight;
      return !seen || image.complete;
    }),
  );
  await page.screenshot({ path: join(SCREENSHOTS, `${name}.png`), animations: 'disabled' });
}

for (const colorScheme of ['light', 'dark'] as const) {
  test(`axe finds nothing serious on any face of the page, ${colorScheme}`, async () => {
    const page = await studio.open({ viewport: DESKTOP, colorScheme, reducedMotion: 'reduce' });
    await page
      .getByRole('list', { name: 'Examples' })
      .getByRole('button')
      .first()
      .and(page.locator(':enabled'))
      .waitFor();
    expect(await seriousProblems(page)).toEqual([]);
    await page.goto(sessionPath);
    await picture(page, 2).waitFor();
    expect(await seriousProblems(page)).toEqual([]);
    await page.getByRole('button', { name: /^Options/ }).click();
    expect(await seriousProblems(page)).toEqual([]);
    await page.keyboard.press('Escape');
    await page.getByRole('button', { name: /^What this makes/ }).click();
    expect(await seriousProblems(page)).toEqual([]);
    await page.keyboard.press('Escape');
    await picture(page, 1).click();
    await page.getByRole('dialog').waitFor();
    expect(await seriousProblems(page)).toEqual([]);
    await page.context().close();
  });

  test(`screenshots of an edit under way, ${colorScheme}`, async () => {
    const page = await studio.open({ viewport: DESKTOP, colorScheme, steps: LONG });
    if (colorScheme === 'light') {
      await page.getByText('mini').waitFor();
      await shot(page, 'first-run');
    }
    await page.goto(sessionPath);
    await picture(page, 2).waitFor();
    await page.getByRole('button', { name: /^Options/ }).click();
    await page.getByRole('spinbutton', { name: 'Steps' }).fill(String(LONG));
    await page.keyboard.press('Escape');
    await page.getByRole('button', { name: 'Edit from here' }).nth(1).click();
    await page.getByRole('button', { name: 'What this makes: Edit v2' }).waitFor();
    await send(page, colorScheme === 'light' ? 'Make it a starry night' : 'Make it snow');
    await message(page).fill('Put a penguin between them');
    await progress(page)
      .filter({ hasText: /Painting, (2\d|3\d)/ })
      .waitFor();
    await shot(page, `desktop-${colorScheme}`);
    await untilPicture(page, colorScheme === 'light' ? 3 : 4);
    await page.context().close();
  });
}

test('a small phone has everything within reach and nothing over its edge', async () => {
  const page = await studio.open({
    viewport: PHONE,
    deviceScaleFactor: 2,
    reducedMotion: 'reduce',
    path: sessionPath,
  });
  await picture(page, 4).waitFor();
  expect(await overEdge(page)).toEqual([]);
  await picture(page, 4).scrollIntoViewIfNeeded();
  await shot(page, 'phone');
  await page.getByRole('button', { name: 'Open sessions' }).click();
  await page.getByRole('navigation', { name: 'Sessions' }).waitFor();
  expect(await seriousProblems(page)).toEqual([]);
  await shot(page, 'phone-sessions');
  await page.getByRole('button', { name: 'Close' }).click();
  await page.getByRole('button', { name: 'Show details' }).click();
  await page.getByRole('heading', { name: 'Versions' }).waitFor();
  expect(await seriousProblems(page)).toEqual([]);
  await page.getByRole('button', { name: 'Close' }).click();
  await page.getByRole('button', { name: 'New session' }).click();
  await page.getByRole('heading', { name: 'Write a picture' }).waitFor();
  expect(await overEdge(page)).toEqual([]);
  expect(await seriousProblems(page)).toEqual([]);
  await shot(page, 'phone-first-run');
  await page.context().close();
});

test('the keyboard alone reaches what a picture offers', async () => {
  const page = await studio.open({ viewport: DESKTOP, path: sessionPath });
  await picture(page, 2).waitFor();
  const reached = new Set<string>();
  await page.locator('body').press('Tab');
  for (let presses = 0; presses < 60; presses++) {
    const name = await page.evaluate(() => {
      const active = document.activeElement;
      return active?.getAttribute('aria-label') ?? active?.textContent?.trim() ?? '';
    });
    reached.add(name);
    await page.keyboard.press('Tab');
  }
  const names = ['New session', 'Edit from here', 'Vary', 'Use as reference', 'Message', 'Add pictures'];
  for (const name of names) expect([...reached]).toContain(name);
  await page.context().close();
});
