/**
 * npm run bench -- page [--json] [--model DIR]
 * What the page costs a reader, in a real Chromium over a real server: JavaScript of the first page as it comes over the wire, the largest
 * paint, layout shifts and interactions of a session of 300 turns, and the pictures of the first page. The page is built first where
 * its sources are newer. Only an idle machine gives fair times; bytes and shifts are the same on any.
 */
import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { parseArgs } from 'node:util';
import { type Browser, chromium, type Page } from 'playwright';
import sharp from 'sharp';
import type { SessionSnapshot, TurnView } from '../studio/protocol.ts';

const { values } = parseArgs({
  args: process.argv.slice(3),
  options: { json: { type: 'boolean', default: false }, model: { type: 'string', default: 'models/mini' } },
});

const ROOT = join(import.meta.dirname, '..');
const TURNS = 300;
const VIEWPORT = { width: 1440, height: 900 };
const TYPED = 'put a small red lighthouse on the hill behind the castle';
const SETTLED_MS = 1_500;

interface Figures {
  /** JavaScript of the first page, kilobytes as transferred. */
  jsKb: number;
  /** Largest contentful paint of a session of 300 turns, milliseconds. */
  lcpMs: number;
  /** Of 100 interactions there 95 are answered within so many milliseconds. */
  inpP95Ms: number;
  /** Layout shifts, first page and session together. */
  cls: number;
  /** Pictures of the first page, kilobytes as transferred. */
  firstPageImageKb: number;
}

async function main(): Promise<void> {
  const dataDir = await mkdtemp(join(tmpdir(), 'palimpsest-page-'));
  const server = spawn(process.execPath, ['server.ts'], {
    cwd: ROOT,
    env: {
      ...process.env,
      PORT: '0',
      PALIMPSEST_DATA: dataDir,
      PALIMPSEST_MODEL: values.model,
      PALIMPSEST_LOG: 'error',
    },
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  try {
    const url = await announced(server);
    await untilReady(url);
    const browser = await chromium.launch({
      executablePath: process.env.CHROMIUM ?? '/usr/bin/chromium',
      args: ['--no-sandbox', '--disable-gpu'],
    });
    const figures = await measured(browser, url);
    await browser.close();
    console.log(values.json ? JSON.stringify(figures) : tableOf(figures));
  } finally {
    const exited = once(server, 'exit');
    server.kill('SIGTERM');
    await exited;
    await rm(dataDir, { recursive: true, force: true });
  }
}

async function measured(browser: Browser, url: string): Promise<Figures> {
  const first = await openPage(browser, url);
  const bytes = await bytesByType(first);
  await first.goto(url);
  await first.getByRole('list', { name: 'Examples' }).waitFor();
  await first.waitForLoadState('networkidle');
  const { cls: firstCls } = await vitals(first);
  const sessionId = await uploadOne(first, url);
  await first.context().close();

  const page = await openPage(browser, url);
  await longSession(page, sessionId);
  await page.goto(`${url}/s/${sessionId}`);
  await page.getByRole('img', { name: new RegExp(`, v${TURNS}$`) }).waitFor();
  await page.waitForTimeout(SETTLED_MS);
  const { lcpMs, cls } = await vitals(page);
  await interact(page);
  const { events } = await vitals(page);
  await page.context().close();
  return {
    jsKb: kilobytes(bytes.get('Script')),
    lcpMs: Math.round(lcpMs),
    inpP95Ms: percentile(events, 0.95),
    cls: Number((firstCls + cls).toFixed(4)),
    firstPageImageKb: kilobytes(bytes.get('Image')),
  };
}

async function openPage(browser: Browser, baseURL: string): Promise<Page> {
  const context = await browser.newContext({ baseURL, viewport: VIEWPORT, locale: 'en-US' });
  await context.addInitScript(observe);
  return context.newPage();
}

interface Vitals {
  lcpMs: number;
  cls: number;
  /** Durations of interactions, milliseconds. */
  events: number[];
}

/** As much of the browser's observer as is needed; this project has no types of a page. */
interface Entry {
  startTime: number;
  duration: number;
  value: number;
  hadRecentInput: boolean;
  interactionId: number;
}
interface InPage {
  vitals: { lcpMs: number; cls: number; events: Map<number, number> };
  PerformanceObserver: new (
    take: (list: { getEntries(): Entry[] }) => void,
  ) => { observe(options: object): void };
}

/** Runs in the page, before anything of it. */
function observe(): void {
  const page = globalThis as unknown as InPage;
  const seen: InPage['vitals'] = { lcpMs: 0, cls: 0, events: new Map() };
  page.vitals = seen;
  const on = (type: string, take: (entry: Entry) => void) =>
    new page.PerformanceObserver((list) => {
      for (const entry of list.getEntries()) take(entry);
    }).observe({ type, buffered: true, durationThreshold: 16 });
  on('largest-contentful-paint', ({ startTime }) => {
    seen.lcpMs = startTime;
  });
  on('layout-shift', ({ value, hadRecentInput }) => {
    if (!hadRecentInput) seen.cls += value;
  });
  on('event', ({ interactionId, duration }) => {
    if (interactionId)
      seen.events.set(interactionId, Math.max(seen.events.get(interactionId) ?? 0, duration));
  });
}

async function vitals(page: Page): Promise<Vitals> {
  return page.evaluate(() => {
    const { lcpMs, cls, events } = (globalThis as unknown as InPage).vitals;
    return { lcpMs, cls, events: [...events.values()] };
  });
}

/** Bytes over the wire by kind of resource, counted from now on. */
async function bytesByType(page: Page): Promise<Map<string, number>> {
  const totals = new Map<string, number>();
  const types = new Map<string, string>();
  const client = await page.context().newCDPSession(page);
  await client.send('Network.enable');
  client.on('Network.responseReceived', ({ requestId, type }) => types.set(requestId, type));
  client.on('Network.loadingFinished', ({ requestId, encodedDataLength }) => {
    const type = types.get(requestId) ?? 'Other';
    totals.set(type, (totals.get(type) ?? 0) + encodedDataLength);
  });
  return totals;
}

/** A session with one added picture, whose file all turns show. */
async function uploadOne(page: Page, url: string): Promise<string> {
  const made = await page.request.post(`${url}/api/sessions`, { data: {} });
  const { session } = (await made.json()) as { session: SessionSnapshot['session'] };
  const png = await sharp({ create: { width: 256, height: 256, channels: 3, background: '#3377aa' } })
    .png()
    .toBuffer();
  await page.request.post(`${url}/api/sessions/${session.id}/uploads`, {
    data: png,
    headers: { 'Content-Type': 'image/png' },
  });
  return session.id;
}

/** Lets the snapshot of the session have 300 turns, each an edit of the one before. */
async function longSession(page: Page, sessionId: string): Promise<void> {
  await page.route(`**/api/sessions/${sessionId}`, async (route) => {
    const snapshot = (await (await route.fetch()).json()) as SessionSnapshot;
    const [{ pictures }] = snapshot.turns as [TurnView];
    const turns = Array.from({ length: TURNS }, (_, at) => turnOf(at + 1, pictures[0]!.hash));
    const session = { ...snapshot.session, headPictureId: `p${TURNS}` };
    await route.fulfill({ json: { ...snapshot, turns, session } });
  });
}

function turnOf(version: number, hash: string): TurnView {
  const [id, prompt] = [`t${version}`, `message ${version}`];
  const input = {
    pictureId: `p${version - 1}`,
    role: 'target' as const,
    position: 0,
    hash,
    turnId: `t${version - 1}`,
  };
  const picture = {
    id: `p${version}`,
    turnId: id,
    version,
    index: 0,
    hash,
    widthPx: 256,
    heightPx: 256,
    hasLayout: true,
    drift: null,
  };
  return {
    ...{
      id,
      prompt,
      sentPrompt: prompt,
      kind: version > 1 ? 'edit' : 'generate',
      mode: null,
      state: 'active',
    },
    ...{
      createdAt: version,
      inputs: version > 1 ? [input] : [],
      recipe: null,
      pictures: [picture],
      job: null,
      replaces: null,
    },
  };
}

/** What a reader does most: writes, opens and closes, goes through the tabs and the versions. */
async function interact(page: Page): Promise<void> {
  await page.getByRole('textbox', { name: 'Message' }).click();
  await page.keyboard.type(TYPED, { delay: 40 });
  for (const tab of ['Details', 'Context', 'Lineage']) await page.getByRole('tab', { name: tab }).click();
  for (let round = 0; round < 3; round++) {
    await page.getByRole('button', { name: /^Options/ }).click();
    await page.keyboard.press('Escape');
    await page.keyboard.press('Control+K');
    await page.getByRole('dialog').waitFor();
    await page.keyboard.press('Escape');
    await page.getByRole('dialog').waitFor({ state: 'detached' });
  }
  for (const version of [TURNS, TURNS - 1])
    await page
      .getByRole('button', { name: `v${version}, ` })
      .first()
      .click();
  await page.waitForTimeout(SETTLED_MS);
}

const kilobytes = (count = 0): number => Number((count / 1000).toFixed(1));

function percentile(durations: readonly number[], share: number): number {
  const sorted = durations.toSorted((a, b) => a - b);
  return sorted[Math.min(sorted.length - 1, Math.floor(share * sorted.length))] ?? 0;
}

function tableOf({ jsKb, lcpMs, inpP95Ms, cls, firstPageImageKb }: Figures): string {
  return [
    `JavaScript of the first page   ${jsKb} kB (goal: 200)`,
    `largest paint, 300 turns       ${lcpMs} ms (goal: 1000)`,
    `interaction, p95               ${inpP95Ms} ms (goal: 100)`,
    `layout shift                   ${cls} (goal: 0)`,
    `pictures of the first page     ${firstPageImageKb} kB (goal: 300)`,
  ].join('\n');
}

async function announced(server: ChildProcess): Promise<string> {
  for await (const line of createInterface({ input: server.stdout! })) {
    const found = /is at (http:\S+)/.exec(line);
    if (found) return found[1]!;
  }
  throw new Error('The server ended before it said where it listens.');
}

async function untilReady(url: string): Promise<void> {
  while (!(await fetch(`${url}/api/health`)).ok) await new Promise((next) => setTimeout(next, 200));
}

await main();
process.exit(0);
