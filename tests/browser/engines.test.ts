/**
 * Engines on the page, in real processes: a second Palimpsest draws, the embedded engine edits, a message goes to both; the one
 * elsewhere is stopped midway, killed and back, and nothing is lost. A third speaks the images API and can do less.
 */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Page } from 'playwright';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { type StandIn, startStandIn } from '../remote/stand-in.ts';
import { LiveServer, MODEL } from '../server/live-server.ts';
import {
  conversation,
  DESKTOP,
  message,
  picture,
  type Studio,
  send,
  sendButton,
  snapshotOf,
  startStudio,
  stopButton,
  untilPicture,
} from './studio.ts';

const SCRIPT = 'tests/server/pageless-server.ts';
/** The machine may train a model beside the tests. */
const WAIT = { timeout: 240_000 };
const PATIENT = { timeout: 900_000 };

const folder = mkdtempSync(join(tmpdir(), 'palimpsest-elsewhere-'));
let elsewhere: LiveServer;
let plain: StandIn;
let studio: Studio;
let page: Page;

const startElsewhere = (port = '0') =>
  LiveServer.start(folder, { PORT: port, CHECKPOINT_MS: '1000' }, SCRIPT);

beforeAll(async () => {
  elsewhere = await startElsewhere();
  plain = await startStandIn();
  studio = await startStudio({
    engines: [
      { name: 'here', kind: 'embedded', folder: MODEL },
      { name: 'gpu', kind: 'openai', addresses: [`${elsewhere.url}/v1`] },
      { name: 'plain', kind: 'sglang', addresses: [plain.url] },
    ],
  });
  page = await studio.open({ viewport: DESKTOP });
});
afterAll(async () => {
  await studio?.close();
  await elsewhere?.kill();
  await plain?.close();
  rmSync(folder, { recursive: true, force: true });
});

const menu = () => page.getByRole('button', { name: /^Model: / });
async function choose(engine: string) {
  await menu().click();
  await page.getByRole('menuitemradio', { name: new RegExp(`^${engine}`) }).click();
}
const picturesOf = async () => (await snapshotOf(page)).turns.flatMap(({ pictures }) => pictures);
const turnsOf = async () => (await snapshotOf(page)).turns;

test(
  'a session is drawn by one engine elsewhere and edited by the embedded one; each version says by whom',
  PATIENT,
  async () => {
    await choose('gpu');
    await send(page, 'a fox at sea');
    await untilPicture(page, 1);
    await expect
      .poll(
        () =>
          conversation(page)
            .getByText(/^by .*gpu/)
            .count(),
        WAIT,
      )
      .toBe(1);

    // The session remembers its model, also in another browser; there the picture is continued by the embedded one.
    const other = await studio.open({ viewport: DESKTOP, path: new URL(page.url()).pathname });
    await other.getByRole('button', { name: 'Model: gpu' }).waitFor();
    await other.context().close();
    await choose('here');
    await menu().click();
    await page.getByText(/starts from its pixels/).waitFor();
    await page.keyboard.press('Escape');
    await send(page, 'at night');
    await untilPicture(page, 2);
    const turns = await turnsOf();
    expect(turns.map(({ job }) => job!.engine)).toEqual(['gpu', 'here']);
    expect(turns[1]!.inputs.map(({ pictureId }) => pictureId)).toEqual([turns[0]!.pictures[0]!.id]);
    expect(turns.map(({ pictures }) => pictures[0]!.hasLayout)).toEqual([false, true]);
  },
);

test('what a version or an engine cannot do is greyed, and says why', PATIENT, async () => {
  await conversation(page).getByRole('button', { name: 'More for v1' }).click();
  const details = page.getByRole('menuitem', { name: /^New details/ });
  await expect.poll(() => details.getAttribute('aria-disabled'), WAIT).toBe('true');
  expect(await details.textContent()).toContain('Only the pixels of this version are here');
  await page.keyboard.press('Escape');

  const paint = page.getByRole('button', { name: /^Paint where the picture may change/ });
  expect(await paint.getAttribute('aria-disabled')).toBeNull();
  await choose('plain');
  await expect.poll(() => paint.getAttribute('aria-disabled'), WAIT).toBe('true');
  expect(await paint.getAttribute('aria-label')).toContain('knows no mask');
  await paint.click({ force: true });
  await page.getByRole('status').filter({ hasText: 'knows no mask' }).waitFor();
  const putBack = async () => {
    await page.getByRole('button', { name: /^Options: / }).click();
    await page.getByRole('button', { name: 'Keep everything outside the mask' }).click();
    await page.keyboard.press('Escape');
  };
  await putBack();
  await expect.poll(() => paint.getAttribute('aria-disabled'), WAIT).toBeNull();
  await putBack();
  await expect.poll(() => paint.getAttribute('aria-disabled'), WAIT).toBe('true');
  await choose('here');
  await expect.poll(() => paint.getAttribute('aria-disabled'), WAIT).toBeNull();
});

test('the same message by two models makes both versions, and compares them', PATIENT, async () => {
  await menu().click();
  await page.getByRole('menuitemcheckbox', { name: 'gpu too' }).click();
  await page.getByRole('button', { name: 'Model: here + gpu' }).waitFor();
  await send(page, 'in the snow');
  await untilPicture(page, 4);
  await picture(page, 3).waitFor(WAIT);
  const [, , one, two] = await turnsOf();
  expect([one, two].map((turn) => [turn!.prompt, turn!.job!.engine])).toEqual([
    ['in the snow', 'here'],
    ['in the snow', 'gpu'],
  ]);
  expect(one!.inputs.map(({ pictureId }) => pictureId)).toEqual(
    two!.inputs.map(({ pictureId }) => pictureId),
  );
  await conversation(page)
    .getByRole('button', { name: /^Compare with v\d by here/ })
    .click();
  const compared = page.getByRole('region', { name: 'Compare' });
  await compared.waitFor();
  // A note may stand there too, with a button of the same name.
  await compared.getByRole('button', { name: 'Close' }).click();
  await compared.waitFor({ state: 'hidden' });
});

test(
  'a message is stopped midway, and its pictures stay; an engine that is killed comes back, and goes on',
  PATIENT,
  async () => {
    await choose('gpu');
    const before = (await picturesOf()).length;
    const several = await studio.open({
      ...{ viewport: DESKTOP, path: new URL(page.url()).pathname, steps: 48, count: 4 },
    });
    const back = page;
    page = several;
    await choose('gpu');
    await send(page, 'put four boats on the sea');
    await expect.poll(async () => (await picturesOf()).length, WAIT).toBeGreaterThan(before);
    await stopButton(page).click();
    await expect.poll(async () => (await turnsOf()).at(-1)!.job!.state, WAIT).toBe('cancelled');
    const kept = await picturesOf();
    expect(kept.length).toBeLessThan(before + 4);

    await send(page, 'put four cats on the deck');
    await expect.poll(async () => (await picturesOf()).length, WAIT).toBeGreaterThan(kept.length);
    const { port } = new URL(elsewhere.url);
    await elsewhere.kill('SIGKILL');
    await page.getByText('gpu is away; this goes on by itself when it is back.').waitFor(WAIT);
    // Meanwhile the embedded one draws for the same session.
    await choose('here');
    await message(page).fill('add a tree');
    await sendButton(page).click();
    await expect
      .poll(async () => (await turnsOf()).at(-1), WAIT)
      .toMatchObject({ prompt: 'add a tree', job: { state: 'done', engine: 'here' } });
    elsewhere = await startElsewhere(port);
    await expect.poll(async () => (await turnsOf()).at(-2)!.job!.state, WAIT).toBe('done');
    const all = await picturesOf();
    expect((await turnsOf()).at(-2)!.pictures.map(({ index }) => index)).toEqual([0, 1, 2, 3]);
    // Nothing is lost: what was there is there, byte for byte.
    expect(all.map(({ hash }) => hash)).toEqual(expect.arrayContaining(kept.map(({ hash }) => hash)));
    page = back;
    await several.context().close();
  },
);

test(
  'the settings list the engines, try one, add one, make it the default and take it out',
  PATIENT,
  async () => {
    await page.getByRole('link', { name: 'Settings' }).first().click();
    await page.getByRole('heading', { name: 'Engines' }).waitFor();
    const card = (name: string) => page.getByRole('article', { name, exact: true });
    await card('gpu').getByText('ready').waitFor();
    await card('gpu').getByText('Keeps no layout').waitFor();
    await card('here').getByText(/MiB/).waitFor();
    await card('gpu').getByRole('button', { name: 'Draw a test picture' }).click();
    await page.getByRole('img', { name: 'Test picture by gpu' }).waitFor(WAIT);

    await page.getByRole('button', { name: 'Add an engine' }).click();
    await page.getByLabel('Name').fill('again');
    await page.getByLabel('Folder of the checkpoint').fill('/nowhere');
    await page.getByRole('button', { name: 'Add', exact: true }).click();
    await page.getByRole('alert').filter({ hasText: 'There is no folder /nowhere' }).waitFor();
    await page.getByLabel('Folder of the checkpoint').fill(MODEL);
    await page.getByRole('button', { name: 'Add', exact: true }).click();
    await card('again').getByText('not loaded').waitFor();
    await card('again').getByRole('button', { name: 'Make it the default' }).click();
    await card('again').getByText('default', { exact: true }).waitFor();
    await card('here').getByRole('button', { name: 'Make it the default' }).click();
    await card('here').getByText('default', { exact: true }).waitFor();
    await card('again').getByRole('button', { name: 'Take out' }).click();
    await expect.poll(() => card('again').count(), WAIT).toBe(0);
    await page.getByRole('link', { name: 'Back to the studio' }).click();
    await message(page).waitFor();
  },
);
