/**
 * A real server with the real engine and a real Chromium, for the tests of the page. Each studio has a data folder
 * of its own. Knows the names that the page promises: Message, Send, Stop, Conversation, Progress.
 */
import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { createInterface } from 'node:readline';
import { type Browser, type BrowserContextOptions, chromium, type Locator, type Page } from 'playwright';
import sharp from 'sharp';

const ROOT = resolve(import.meta.dirname, '../..');
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
/** A whole picture on two busy cores. */
export const PICTURE_MS = 90_000;

export interface Studio {
  url: string;
  /** A fresh browser profile on the start page. `steps` is set in the composer before anything is sent. */
  open(options?: BrowserContextOptions & { path?: string; steps?: number }): Promise<Page>;
  /** Ends the server as a power cut would. */
  kill(): Promise<void>;
  /** Starts it again over the same data, at the same address. */
  restart(): Promise<void>;
  close(): Promise<void>;
}

export async function startStudio(): Promise<Studio> {
  const dataDir = await mkdtemp(join(tmpdir(), 'palimpsest-browser-'));
  let server = startServer(dataDir, '0');
  const url = await announcedUrl(server);
  const browser = await chromium.launch({
    executablePath: process.env.CHROMIUM ?? '/usr/bin/chromium',
    args: CHROMIUM_FLAGS,
  });
  await untilReady(url);
  return {
    url,
    open: (options) => openPage(browser, url, options),
    kill: () => end(server, 'SIGKILL'),
    async restart() {
      server = startServer(dataDir, new URL(url).port);
      await announcedUrl(server);
      await untilReady(url);
    },
    async close() {
      await browser.close();
      await end(server, 'SIGTERM');
      await rm(dataDir, { recursive: true, force: true });
    },
  };
}

function startServer(dataDir: string, port: string): ChildProcess {
  return spawn(process.execPath, ['server.ts'], {
    cwd: ROOT,
    env: { ...process.env, PORT: port, PALIMPSEST_DATA: dataDir, PALIMPSEST_LOG: 'warn' },
    stdio: ['ignore', 'pipe', 'inherit'],
  });
}

async function end(server: ChildProcess, signal: NodeJS.Signals): Promise<void> {
  if (server.exitCode !== null || server.signalCode !== null) return;
  const exited = once(server, 'exit');
  server.kill(signal);
  await exited;
}

async function announcedUrl(server: ChildProcess): Promise<string> {
  const said: string[] = [];
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
  { path = '/', steps = 4, ...options }: BrowserContextOptions & { path?: string; steps?: number } = {},
): Promise<Page> {
  const context = await browser.newContext({ baseURL: url, locale: 'en-US', ...options });
  context.setDefaultTimeout(20_000);
  await context.addInitScript(
    (draft) => {
      if (localStorage.length === 0) localStorage.setItem('draft:new', draft);
    },
    JSON.stringify({ options: { steps } }),
  );
  const page = await context.newPage();
  await page.goto(path);
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

/** Largest standard deviation of a channel: 0 for a picture of one colour. */
export async function contrast(page: Page, version: number): Promise<number> {
  const path = await picture(page, version).getAttribute('src');
  const response = await page.request.get(path!);
  const { channels } = await sharp(await response.body()).stats();
  return Math.max(...channels.map(({ stdev }) => stdev));
}
