/**
 * Next as a request handler for the pages. Builds them first where there is no build of these sources. Knows neither the API,
 * nor the engine, nor the database.
 */
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { type IncomingMessage, Server, type ServerResponse } from 'node:http';
import { join } from 'node:path';
import type { Duplex } from 'node:stream';
import { EXAMPLES_HEADER, examplesToHeader } from '../../../studio/known.ts';
import { allowPage } from '../security-headers.ts';
import { isBuildFresh } from './page-build.ts';
import { answerStatic, compressStatic } from './static-files.ts';

/** Answers every request that is neither the API's nor a subscription. */
export interface Pages {
  handle(request: IncomingMessage, response: ServerResponse): Promise<void>;
  upgrade(request: IncomingMessage, socket: Duplex, head: Buffer): void;
  close(): Promise<void>;
}

export interface PagesOptions {
  rootDir: string;
  host: string;
  port: number;
  /** Compile on request and reload on change. */
  dev: boolean;
  /** What the loaded model draws well, for the first HTML of the start page. */
  examples: readonly string[];
}

/** Next refused the sources of the pages; it has written why. */
export class PagesBuildError extends Error {
  constructor(exitCode: number | null) {
    super(`The pages could not be built (next build ended with ${exitCode}); its output above says why.`);
    this.name = 'PagesBuildError';
  }
}

/** Pages where none are served. */
export const noPages: Pages = {
  async handle(_request, response) {
    response
      .writeHead(404, { 'Content-Type': 'text/plain; charset=utf-8' })
      .end('This server has no pages.\n');
  },
  upgrade: (_request, socket) => socket.destroy(),
  close: async () => {},
};

/** Prepares Next. Throws {@link PagesBuildError}. */
export async function openNextPages(options: PagesOptions): Promise<Pages> {
  const { rootDir, host, port, dev } = options;
  const examples = examplesToHeader(options.examples);
  // Next reads NODE_ENV while it is being imported.
  Object.assign(process.env, { NODE_ENV: dev ? 'development' : 'production' });
  if (!dev && !isBuildFresh(rootDir)) await build(rootDir);
  const { default: next } = await import('next');
  // Next listens for upgrades on the server that it is given: on this one, which gets those of development alone.
  const relay = new Server();
  const app = next({ dev, dir: rootDir, hostname: host, port, httpServer: relay, quiet: !dev });
  await app.prepare();
  const handle = app.getRequestHandler();
  if (!dev) void compressStatic(rootDir);
  return {
    async handle(request, response) {
      request.headers[EXAMPLES_HEADER] = examples;
      // Next's tools of development run code that they are sent.
      if (dev) response.removeHeader('Content-Security-Policy');
      else allowPage(request, response);
      if (!dev && answerStatic(rootDir, request, response)) return;
      if (!isReadableState(request.headers[ROUTER_STATE])) response.writeHead(400).end();
      // Pages are only read; Next's tools of development also write.
      else if (dev || request.method === 'GET' || request.method === 'HEAD') await handle(request, response);
      else response.writeHead(405, { Allow: 'GET, HEAD' }).end();
    },
    upgrade: (request, socket, head) => {
      const isTaken = dev && relay.emit('upgrade', request, socket, head);
      if (!isTaken) socket.destroy();
    },
    close: () => app.close(),
  };
}

/** What Next's own pages send of where they are; anything else in it ends as an error of Next's with 500. */
const ROUTER_STATE = 'next-router-state-tree';

function isReadableState(state: string | string[] | undefined): boolean {
  if (state === undefined) return true;
  try {
    return Array.isArray(JSON.parse(decodeURIComponent(String(state))));
  } catch {
    return false;
  }
}

async function build(rootDir: string): Promise<void> {
  console.log(
    'Building the pages; this happens after each change of the sources and takes about half a minute …',
  );
  const builder = spawn(process.execPath, [join(rootDir, 'node_modules/next/dist/bin/next'), 'build'], {
    cwd: rootDir,
    stdio: ['ignore', 'inherit', 'inherit'],
  });
  const [code] = (await once(builder, 'exit')) as [number | null];
  if (code !== 0) throw new PagesBuildError(code);
}
