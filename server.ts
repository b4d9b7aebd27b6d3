/**
 * Composition root: reads the environment, opens the data folder, starts the engine, serves the API, subscriptions and pages, and
 * closes all of it again in order. Knows how the parts are joined and nothing of their work.
 */
import { once } from 'node:events';
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { getRequestListener } from '@hono/node-server';
import { pino } from 'pino';
import { BlobStore } from './db/blobs.ts';
import { openDatabase } from './db/folder/open-database.ts';
import { type ClientOptions, EngineClient, RemoteEngine, type WatchedEngine } from './engine/index.ts';
import { PictureMeter } from './server/drift/picture-meter.ts';
import { type Environment, readEnvironment } from './server/environment.ts';
import { fatalText } from './server/failure.ts';
import { isApiAddress } from './server/http/addresses.ts';
import { createApp } from './server/http/app.ts';
import { EventSockets, type SocketLimits } from './server/http/event-sockets.ts';
import { isOwnHost } from './server/http/hosts.ts';
import { Metrics } from './server/http/metrics.ts';
import { noPages, openNextPages, type Pages } from './server/http/pages/next-pages.ts';
import { secure } from './server/http/security-headers.ts';
import { readKnown } from './server/known.ts';
import { JobQueue } from './server/queue/queue.ts';
import { OWNER, type Runtime } from './server/runtime.ts';
import { startPurging } from './server/turns/purge.ts';
import { watchDatabase } from './server/watch-database.ts';

export interface ServerOptions extends Omit<Environment, 'precision' | 'hosts'> {
  /** Default: fp32. */
  precision?: string;
  /** As in {@link Environment}. Default: none. */
  hosts?: string[];
  dev?: boolean;
  /** Jobs that run at the same time. Default: one, or for an engine elsewhere one for each picture that its servers draw at once. */
  concurrency?: number;
  /** How the engine process is started, beyond model, device and precision. */
  engine?: Omit<ClientOptions, 'modelDir' | 'device' | 'precision'>;
  sockets?: Partial<SocketLimits>;
  /** Whether the pages are served beside the API. Default true. */
  pages?: boolean;
}

export interface RunningServer {
  url: string;
  runtime: Runtime;
  /** Interrupts running jobs, so that the next server goes on with them, and closes everything. */
  close(): Promise<void>;
}

const EVENTS_PATH = '/api/events';

/**
 * Starts a whole server and waits until it answers; the model goes on loading in the background. Throws `DataFolderError`,
 * `KnowsError`, `PagesBuildError`, and `EADDRINUSE` where the port is taken.
 */
export async function startServer(options: ServerOptions): Promise<RunningServer> {
  const { host, port, hosts = [], dataDir, modelDir, device, precision, dev = false } = options;
  const { remote } = options;
  // What the checkpoint here draws well says nothing of an engine elsewhere.
  const known = remote ? { examples: [], knows: null } : readKnown(modelDir);
  const log = pino({ level: options.logLevel }, pino.destination({ dest: 2, sync: true }));
  const db = openDatabase(dataDir);
  const blobs = new BlobStore(dataDir);
  const cache = { folder: join(dataDir, 'cache') };
  const engine: WatchedEngine = remote
    ? new RemoteEngine(remote)
    : new EngineClient({ modelDir, device, precision, cache, ...options.engine });
  engine.onState((state) => log.info({ state, err: engine.error }, 'engine'));
  const atOnce = remote ? remote.addresses.length * (remote.atOnce ?? 1) : 1;
  const queue = new JobQueue({ db, blobs, engine, log }, { concurrency: options.concurrency ?? atOnce });
  const meter = new PictureMeter({ db, blobs, log });
  const metrics = new Metrics({ db, engine });
  const sockets = new EventSockets(db, options.sockets);
  const purging = startPurging({ db, blobs, log });
  const watch = watchDatabase(db, log);
  const runtime: Runtime = { db, blobs, engine, queue, metrics, log, known, owner: OWNER };
  let pages: Pages | undefined;
  let http: Server | undefined;

  async function close(): Promise<void> {
    clearInterval(purging);
    clearInterval(watch);
    sockets.close();
    http?.close();
    await queue.stop();
    await engine.close();
    await queue.settled();
    await meter.stop();
    metrics.stop();
    http?.closeAllConnections();
    await pages?.close();
    db.close();
  }

  try {
    pages =
      options.pages === false
        ? noPages
        : await openNextPages({ rootDir: import.meta.dirname, host, port, dev, examples: known.examples });
    http = serve(runtime, pages, sockets, hosts);
    http.listen(port, host);
    await once(http, 'listening');
  } catch (error) {
    await close();
    throw error;
  }
  return { url: urlOf(http, host), runtime, close };
}

function serve(runtime: Runtime, pages: Pages, sockets: EventSockets, hosts: readonly string[]): Server {
  // `localhost` stands in for the host that a client of HTTP/1.0 does not name. Next keeps the global Request and Response.
  const answerApi = getRequestListener(createApp(runtime).fetch, {
    hostname: 'localhost',
    overrideGlobalObjects: false,
  });
  const http = createServer((request, response) => {
    secure(response);
    if (!isOwnHost(request.headers.host, hosts)) refuseHost(request, response);
    else if (isApiAddress(request.url ?? '/')) void answerApi(request, response);
    else void pages.handle(request, response);
  });
  http.on('upgrade', (request, socket, head) => {
    // Node leaves the errors of an upgraded socket to its listeners.
    socket.on('error', () => socket.destroy());
    const [path] = (request.url ?? '/').split('?');
    if (!isOwnHost(request.headers.host, hosts)) socket.destroy();
    else if (path === EVENTS_PATH) sockets.upgrade(request, socket, head);
    else pages.upgrade(request, socket, head);
  });
  return http;
}

function refuseHost(request: IncomingMessage, response: ServerResponse): void {
  response
    .writeHead(421, { 'Content-Type': 'text/plain; charset=utf-8' })
    .end(
      `This server does not go by the name ${request.headers.host}. Its operator can add it to PALIMPSEST_HOSTS.\n`,
    );
}

function urlOf(http: Server, host: string): string {
  const { port } = http.address() as AddressInfo;
  return `http://${host.includes(':') ? `[${host}]` : host}:${port}`;
}

async function main(): Promise<void> {
  const environment = readEnvironment(process.env);
  const server = await startServer({ ...environment, dev: process.argv.includes('--dev') });
  console.log(`Palimpsest is at ${server.url} (pictures in ${environment.dataDir}, ${drawnBy(environment)})`);
  let closing = false;
  for (const signal of ['SIGINT', 'SIGTERM'] as const)
    process.on(signal, () => {
      if (closing) process.exit(1);
      closing = true;
      void server.close().then(() => process.exit(0));
    });
}

const drawnBy = ({ remote, modelDir }: Environment): string =>
  remote ? `engine ${remote.addresses.join(', ')}` : `model ${modelDir}`;

if (import.meta.main)
  main().catch((error: NodeJS.ErrnoException) => {
    const isPortTaken = error.code === 'EADDRINUSE';
    console.error(
      isPortTaken ? `PORT is in use: ${error.message}. Set PORT to another one.` : fatalText(error),
    );
    process.exit(1);
  });
