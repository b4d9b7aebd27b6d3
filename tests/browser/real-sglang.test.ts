/**
 * A session by the page on a real SGLang-Diffusion: `npm run remote -- sglang --page`. It draws, edits, is stopped between pictures,
 * loses its engine and has it back; nothing is lost.
 */
import { join } from 'node:path';
import type { Page } from 'playwright';
import sharp from 'sharp';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { RealSglang } from '../remote/sglang/server.ts';
import {
  contrast,
  conversation,
  DESKTOP,
  message,
  picture,
  type Studio,
  send,
  snapshotOf,
  startStudio,
  stopButton,
  untilPicture,
} from './studio.ts';

const SCREENSHOTS = join(import.meta.dirname, '../../docs/screenshots');
const port = Number(process.env.SGLANG_PAGE_PORT);
/** A start of the server on a busy machine, and then a picture. */
const BACK_MS = 1_000_000;

describe.skipIf(!port)('with SGLANG_PAGE_PORT', () => {
  let sglang: RealSglang;
  let studio: Studio;
  let page: Page;
  beforeAll(async () => {
    sglang = await RealSglang.start(port);
    studio = await startStudio({ env: { PALIMPSEST_ENGINE: `sglang:${sglang.url}` } });
    page = await studio.open({ viewport: DESKTOP, steps: 12, sidePx: 256 });
  }, BACK_MS);
  afterAll(async () => {
    await studio?.close();
    await sglang?.stop();
  });

  const turnAt = async (at: number) => (await snapshotOf(page)).turns.at(at)!;

  test('it draws what it is asked for, and an edit goes on from the picture', async () => {
    await send(page, 'A 3D fox on green hills');
    await untilPicture(page, 1);
    await send(page, 'Put a castle next to it');
    await untilPicture(page, 2);
    expect(await contrast(page, 2)).toBeGreaterThan(20);
    expect(await turnAt(1)).toMatchObject({
      recipe: { numerics: expect.stringMatching(/^elsewhere: sglang, version 0\.5/) },
      inputs: [{ role: 'target' }],
      pictures: [{ hasLayout: false }],
    });
  });

  test('a stop between pictures keeps those that are there', async () => {
    await page.getByRole('button', { name: 'Options' }).click();
    await page.getByRole('spinbutton', { name: 'Pictures' }).fill('4');
    await page.keyboard.press('Escape');
    await send(page, 'Make it night');
    await picture(page, 3).waitFor();
    await stopButton(page).click();
    await stopButton(page).waitFor({ state: 'detached' });
    const { job, pictures } = await turnAt(-1);
    expect(job!.state).toBe('cancelled');
    expect(pictures.length).toBeGreaterThan(0);
    expect(pictures.length).toBeLessThan(4);
  });

  test('the server is killed at a picture and started again: the message is drawn by itself', {
    timeout: 2 * BACK_MS,
  }, async () => {
    const before = (await snapshotOf(page)).turns.flatMap(({ pictures }) => pictures);
    await send(page, 'Make it snow');
    await expect.poll(async () => (await turnAt(-1)).job!.state).toBe('running');
    await sglang.stop();
    await expect.poll(async () => (await turnAt(-1)).job!.state).toBe('interrupted');
    sglang = await RealSglang.start(port);
    await expect.poll(async () => (await turnAt(-1)).job!.state, { timeout: BACK_MS }).toBe('done');
    const after = (await snapshotOf(page)).turns.flatMap(({ pictures }) => pictures);
    expect(after.slice(0, before.length)).toEqual(before);
    expect(after.length).toBeGreaterThan(before.length);
    await conversation(page).getByRole('img').last().waitFor();
    await message(page).waitFor();
    if (process.env.PALIMPSEST_SCREENSHOTS) {
      const png = await page.screenshot({ animations: 'disabled' });
      await sharp(png).webp({ quality: 82 }).toFile(join(SCREENSHOTS, 'sglang.webp'));
    }
  });
});
