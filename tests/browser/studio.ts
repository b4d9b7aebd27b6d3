/**
 * A real server with the real engine and a real Chromium, for the tests of the page. Each studio has a data folder
 * of its own. Knows the names that the page promises: Message, Send, Stop, Conversation, Progress.
 */
import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync } from 'node:fs';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { createInterface } from 'node:readline';
import { type Browser, type BrowserContextOptions, chromium, type Locator, type Page } from 'playwright';
import sharp from 'sharp';
import type { SessionSnapshot } from '../../studio/protocol.ts';

const ROOT = resolve(import.meta.dirname, '../..');
/** The test checkpoint lies beside the project; where it is missing, the one in the repository draws instead. */
const TINY = resolve(ROOT, '../shared/fixtures/tiny');
const CHROMIUM_FLAGS = [
  '--no-sandbox',
  '--disable-gpu',
  '--disable-quic',
  '--no-first-run',
  '--disable-background-networking',
  '--disable-component-update',
  '--disable-sync',
];
const READY_MS = 120_000;
/** How long a button may take on a machine that trains a model beside the tests. */
const PATIENCE_MS = 60_000;
/** A whole picture on two busy cores. */
export const PICTURE_MS = 90_000;

export const DESKTOP = { width: 1440, height: 900 };

export interface Studio {
  url: string;
  /** What it printed until it listened. */
  said: readonly string[];
  /** A fresh browser profile on the start page. */
  open(options?: PageOptions): Promise<Page>;
  /** Ends the server as a power cut would. */
  kill(): Promise<void>;
  /** Starts it again over the same data, at the same address. */
  restart(): Promise<void>;
  close(): Promise<void>;
}

export interface PageOptions extends BrowserContextOptions {
  path?: string;
  /** Set in the composer before anything is sent. */
  steps?: number;
  count?: number;
  /** Of a square picture. Default: the model's own size. */
  sidePx?: number;
}

export interface StudioOptions {
  /** The engines of its `engines.json`, the first one the default; default: the model alone. */
  engines?: object[];
  /** `mini` draws what it is asked for; `tiny` draws noise, but in a tenth of the time. */
  model?: 'mini' | 'tiny';
  env?: Record<string, string>;
}

export async function startStudio({
  model = 'tiny',
  engines,
  env = {},
}: StudioOptions = {}): Promise<Studio> {
  const dataDir = await mkdtemp(join(tmpdir(), 'palimpsest-browser-'));
  if (engines) await writeFile(join(dataDir, 'engines.json'), JSON.stringify({ engines }));
  const modelDir = model === 'tiny' && existsSync(TINY) ? TINY : join(ROOT, 'models/mini');
  const startServer = (port: string) => spawnServer({ dataDir, modelDir, port, env });
  let server = startServer('0');
  const said: string[] = [];
  const url = await announcedUrl(server, said);
  const violations: string[] = [];
  const browser = await chromium.launch({
    executablePath: process.env.CHROMIUM ?? '/usr/bin/chromium',
    args: CHROMIUM_FLAGS,
  });
  await untilReady(url);
  return {
    url,
    said,
    open: (options) => openPage(browser, url, violations, options),
    kill: () => end(server, 'SIGKILL'),
    async restart() {
      server = startServer(new URL(url).port);
      await announcedUrl(server);
      await untilReady(url);
    },
    async close() {
      await browser.close();
      await end(server, 'SIGTERM');
      await rm(dataDir, { recursive: true, force: true });
      if (violations.length > 0) throw new Error(`Pages broke their own policy:\n${violations.join('\n')}`);
    },
  };
}

interface Place {
  dataDir: string;
  modelDir: string;
  port: string;
  env: Record<string, string>;
}

function spawnServer({ dataDir, modelDir, port, env }: Place): ChildProcess {
  return spawn(process.execPath, ['server.ts'], {
    cwd: ROOT,
    env: {
      ...process.env,
      PORT: port,
      PALIMPSEST_DATA: dataDir,
      PALIMPSEST_MODEL: modelDir,
      PALIMPSEST_LOG: 'warn',
      ...env,
    },
    stdio: ['ignore', 'pipe', 'inherit'],
  });
}

async function end(server: ChildProcess, signal: NodeJS.Signals): Promise<void> {
  if (server.exitCode !== null || server.signalCode !== null) return;
  const exited = once(server, 'exit');
  server.kill(signal);
  await exited;
}

async function announcedUrl(server: ChildProcess, said: string[] = []): Promise<string> {
  for await (const line of createInterface({ input: server.stdout! })) {
    const found = /is at (http:\S+)/.exec(line);
    if (found) return found[1]!;
    said.push(line);
  }
  throw new Error(`The server ended before it said where it listens:\n${said.join('\n')}`);
}

async function untilReady(url: string): Promise<void> {
  const deadline = Date.now() + READY_MS;
  for (;;) {
    const answer = await fetch(`${url}/api/health`);
    if (answer.ok) return;
    if (Date.now() > deadline) throw new Error(`The model is not ready: ${await answer.text()}`);
    await new Promise((next) => setTimeout(next, 100));
  }
}

async function openPage(
  browser: Browser,
  url: string,
  /** Where messages about the policy of a page go. */
  violations: string[],
  { path = '/', steps = 4, count, sidePx, ...options }: PageOptions = {},
): Promise<Page> {
  const context = await browser.newContext({
    // What a test takes from the network goes to the network.
    ...{ baseURL: url, locale: 'en-US', serviceWorkers: 'block' as const },
    ...options,
  });
  context.setDefaultTimeout(PATIENCE_MS);
  context.on('console', (line) => {
    if (line.text().includes('Content Security Policy')) violations.push(line.text());
  });
  await context.addInitScript(
    ([key, draft]) => {
      if (localStorage.length === 0) localStorage.setItem(key!, draft!);
    },
    [
      `draft:${/^\/s\/([^/#]+)/.exec(path)?.[1] ?? 'new'}`,
      JSON.stringify({ options: { steps, count, widthPx: sidePx, heightPx: sidePx } }),
    ],
  );
  const page = await context.newPage();
  const answer = await page.goto(path);
  const policy = answer?.headers()['content-security-policy'] ?? 'none';
  if (!policy.includes("script-src 'self' 'nonce-"))
    throw new Error(`A page came with the policy: ${policy}`);
  return page;
}

export const message = (page: Page): Locator => page.getByRole('textbox', { name: 'Message' });
export const sendButton = (page: Page): Locator => page.getByRole('button', { name: 'Send' });
export const stopButton = (page: Page): Locator => page.getByRole('button', { name: 'Stop' });
export const progress = (page: Page): Locator => page.getByRole('status', { name: 'Progress' });
export const conversation = (page: Page): Locator => page.getByRole('region', { name: 'Conversation' });

/** The finished picture of a version: its name is its prompt and version. */
export function picture(page: Page, version: number): Locator {
  return conversation(page).getByRole('img', { name: new RegExp(`, v${version}$`) });
}

export async function send(page: Page, text: string): Promise<void> {
  await message(page).fill(text);
  await sendButton(page).click();
}

export async function untilPicture(page: Page, version: number): Promise<void> {
  await picture(page, version).waitFor({ timeout: PICTURE_MS });
  await progress(page)
    .filter({ hasText: `v${version} is ready` })
    .waitFor();
}

/** What the message makes: the chip over the box, by the name it then has. */
export const modeChip = (page: Page, what: string): Locator =>
  page.getByRole('button', { name: `What this makes: ${what}` });

/** Chooses one of the five modes by its name. */
export async function chooseMode(page: Page, mode: string): Promise<void> {
  await page.getByRole('button', { name: /^What this makes/ }).click();
  await page.getByRole('menuitemradio', { name: new RegExp(`^${mode}`) }).click();
}

/**
 * A page in a fresh profile on a session of these messages, one picture each: the first makes it, the others edit the one
 * before, except those that name another mode.
 */
export async function openSession(
  studio: Studio,
  messages: readonly (string | { mode: string; text: string })[],
  options: Parameters<Studio['open']>[0] = {},
): Promise<Page> {
  const page = await studio.open({ viewport: DESKTOP, ...options });
  for (const [index, each] of messages.entries()) {
    const { mode, text } = typeof each === 'string' ? { mode: null, text: each } : each;
    if (mode) await chooseMode(page, mode);
    await send(page, text);
    await untilPicture(page, index + 1);
  }
  return page;
}

/** The path of such a session, for the tests of a file to go to. */
export async function makeSession(...parts: Parameters<typeof openSession>): Promise<string> {
  const page = await openSession(...parts);
  await page.context().close();
  return new URL(page.url()).pathname;
}

/** The session that the page shows, as the server has it. */
export async function snapshotOf(page: Page): Promise<SessionSnapshot> {
  const id = new URL(page.url()).pathname.split('/').at(-1);
  return (await (await page.request.get(`/api/sessions/${id}`)).json()) as SessionSnapshot;
}

/** Largest standard deviation of a channel: 0 for a picture of one colour. */
export async function contrast(page: Page, version: number): Promise<number> {
  const path = await picture(page, version).getAttribute('src');
  const response = await page.request.get(path!);
  const { channels } = await sharp(await response.body()).stats();
  return Math.max(...channels.map(({ stdev }) => stdev));
}
