/** A session of 300 turns: few elements in the document however far one scrolls, and frames that keep their pace. */
import type { Page } from 'playwright';
import sharp from 'sharp';
import { afterAll, beforeAll, expect, test } from 'vitest';
import type { SessionSnapshot, TurnView } from '../../studio/protocol.ts';
import { conversation, picture, type Studio, startStudio } from './studio.ts';
import { versionTurn } from './turn-views.ts';

const TURNS = 300;
const MOST_TURNS_IN_DOCUMENT = 20;
/** Of the whole page, its graph and lists included (measured: 2,963); 300 turns at once would have some 12,000. */
const MOST_ELEMENTS = 4_000;
/** 60 frames a second. */
const FRAME_MS = 1000 / 60;

let studio: Studio;
beforeAll(async () => {
  studio = await startStudio();
});
afterAll(() => studio?.close());

test('300 turns scroll with a bounded document', async () => {
  const page = await studio.open({ viewport: { width: 1440, height: 900 } });
  const made = await page.request.post('/api/sessions', { data: {} });
  const { session } = (await made.json()) as { session: SessionSnapshot['session'] };
  const body = await sharp({ create: { width: 256, height: 256, channels: 3, background: '#39c' } })
    .png()
    .toBuffer();
  const uploaded = await page.request.post(`/api/sessions/${session.id}/uploads`, {
    data: body,
    headers: { 'Content-Type': 'image/png' },
  });
  const { hash } = ((await uploaded.json()) as { turn: TurnView }).turn.pictures[0]!;
  const turns = Array.from({ length: TURNS }, (_, index) =>
    index === 0 ? versionTurn(1, [], hash) : versionTurn(index + 1, [[index, 'target']], hash),
  );
  const address = `**/api/sessions/${session.id}`;
  await page.route(address, async (route) => {
    const snapshot = (await (await route.fetch()).json()) as SessionSnapshot;
    await route.fulfill({
      json: { ...snapshot, turns, session: { ...snapshot.session, headPictureId: `p${TURNS}` } },
    });
  });
  await page.goto(`/s/${session.id}`);
  await picture(page, TURNS).waitFor();

  const region = conversation(page);
  const mainThreadMs = await meterOf(page);
  const before = await mainThreadMs();
  const figures = await region.evaluate(async (scroller) => {
    const gaps: number[] = [];
    let most = 0;
    let mostPictures = 0;
    let mostElements = 0;
    let last = performance.now();
    for (let frame = 0; frame < 240; frame++) {
      scroller.scrollTop -= 120;
      const now = await new Promise<number>((next) => requestAnimationFrame(next));
      gaps.push(now - last);
      last = now;
      most = Math.max(most, scroller.querySelectorAll('article').length);
      mostPictures = Math.max(mostPictures, scroller.querySelectorAll('img').length);
      mostElements = Math.max(mostElements, document.querySelectorAll('*').length);
    }
    gaps.sort((a, b) => a - b);
    return {
      most,
      mostPictures,
      mostElements,
      medianMs: gaps[120]!,
      p95Ms: gaps[228]!,
      top: scroller.scrollTop,
    };
  });
  const cpuMsPerFrame = ((await mainThreadMs()) - before) / 240;
  console.log(`300 turns: ${JSON.stringify({ ...figures, cpuMsPerFrame })}`);
  expect(figures.most).toBeLessThanOrEqual(MOST_TURNS_IN_DOCUMENT);
  expect(figures.mostPictures).toBeLessThanOrEqual(2 * MOST_TURNS_IN_DOCUMENT);
  expect(figures.mostElements).toBeLessThanOrEqual(MOST_ELEMENTS);
  expect(cpuMsPerFrame).toBeLessThan(FRAME_MS);

  await region.evaluate((scroller) => scroller.scrollTo(0, 0));
  await picture(page, 1).waitFor();
  await page.getByRole('button', { name: 'To the latest' }).click();
  await picture(page, TURNS).waitFor();
  await page.context().close();
});

/** What the page's main thread has computed, in time of its own: other programs on the machine do not count. */
async function meterOf(page: Page): Promise<() => Promise<number>> {
  const devtools = await page.context().newCDPSession(page);
  await devtools.send('Performance.enable', { timeDomain: 'threadTicks' });
  return async () => {
    const { metrics } = await devtools.send('Performance.getMetrics');
    return metrics.find(({ name }) => name === 'TaskDuration')!.value * 1000;
  };
}
