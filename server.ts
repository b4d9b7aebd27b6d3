/**
 * Composition root: reads the environment, opens the data folder, starts the engine, serves the API, subscriptions and pages, and
 * closes all of it again in order. Knows how the parts are joined and nothing of their work.
 */
import { once } from 'node:events';
import { existsSync } from 'node:fs';
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import type { Duplex } from 'node:stream';
import { getRequestListener } from '@hono/node-server';
import { pino } from 'pino';
import { BlobStore } from './db/blobs.ts';
import { openDatabase } from './db/folder/open-database.ts';
import { studioKey } from './db/folder/studio-key.ts';
import type { ClientOptions } from './engine/index.ts';
import { type Access, openTo } from './server/accounts/access.ts';
import { Accounts } from './server/accounts/accounts.ts';
import { Proxies } from './server/accounts/proxies.ts';
import { PictureMeter } from './server/drift/picture-meter.ts';
import { EngineCatalogue } from './server/engines/catalogue.ts';
import { type EngineEntry, isEmbedded } from './server/engines/engine-entry.ts';
import type { Engines } from './server/engines/engines.ts';
import { configuredEngines, openEngines } from './server/engines/open-engines.ts';
import { type Environment, readEnvironment, type SettingsFor } from './server/environment.ts';
import { fatalText } from './server/failure.ts';
import { ownOrigins } from './server/http/accounts/asking.ts';
import { answerStranger } from './server/http/accounts/strangers.ts';
import { isApiAddress } from './server/http/addresses.ts';
import { createApp } from './server/http/app.ts';
import { EventSockets, refuseUpgrade, type SocketLimits } from './server/http/event-sockets.ts';
import { isOwnHost } from './server/http/hosts.ts';
import { Metrics } from './server/http/metrics.ts';
import { noPages, openNextPages, type Pages } from './server/http/pages/next-pages.ts';
import { secure } from './server/http/security-headers.ts';
import { readKnown } from './server/known.ts';
import { Language } from './server/language/language.ts';
import { Looker } from './server/messages/looker.ts';
import { MessageRunner } from './server/messages/message-runner.ts';
import { endCutReadings } from './server/messages/take-message.ts';
import { type Network, needsAccounts } from './server/network.ts';
import { JobQueue } from './server/queue/queue.ts';
import { OWNER, type Runtime } from './server/runtime.ts';
import { startPurging } from './server/turns/deleting/purge.ts';
import { labelPictures } from './server/upkeep/label-pictures.ts';
import { BlobCheck } from './server/upkeep/verify-blobs.ts';
import { watchDatabase } from './server/watch-database.ts';
import type { Known } from './studio/known.ts';

export interface ServerOptions
  extends Omit<Environment, 'precision' | 'hosts' | 'enginesFile' | 'settings' | 'network' | 'languageFile'> {
  /** As in {@link Environment}. Default: accounts on any address that others can reach. */
  network?: Network;
  /** As in {@link Environment}. Default: `engines.json` in the data folder. */
  enginesFile?: string;
  /** As in {@link Environment}. Default: `language.json` in the data folder. */
  languageFile?: string;
  /** As in {@link Environment}. Default: local. */
  settings?: SettingsFor;
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
  /** Who may ask. Default: whoever can reach this server is its one owner. */
  access?: Access;
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
  const { host, port, hosts = [], dataDir, settings = 'local', dev = false } = options;
  const { enginesFile = join(dataDir, 'engines.json'), languageFile = join(dataDir, 'language.json') } =
    options;
  const engineSettings = { ...options, enginesFile };
  const configured = configuredEngines(engineSettings);
  const language = new Language({ file: languageFile, named: options.language });
  const knownOfEntry = knownReader();
  const { examples } = knownOfEntry(configured.default);
  const log = pino({ level: options.logLevel }, pino.destination({ dest: 2, sync: true }));
  const db = openDatabase(dataDir);
  const blobs = new BlobStore(dataDir);
  const engines = openEngines(engineSettings, configured);
  engines.onState((engine) =>
    log.info({ engine, standing: engines.standingOf(engine), err: engines.running(engine)?.error }, 'engine'),
  );
  const catalogue = new EngineCatalogue({ db, engines, file: enginesFile });
  const queue = new JobQueue({ db, blobs, engines, log }, { concurrency: options.concurrency });
  const meter = new PictureMeter({ db, blobs, log });
  const blobCheck = new BlobCheck({ db, blobs, log }).start();
  const metrics = new Metrics({ db, engines, faulty: blobCheck.faulty });
  const purging = startPurging({ db, blobs, log });
  const watch = watchDatabase(db, log);
  const labelling = labelPictures(db, dataDir, log);
  const knownOf = (name: string) => knownOfEntry(engines.entryOf(name)!);
  const { network = aloneAt(host) } = options;
  const proxies = new Proxies(network);
  const { origins } = network;
  const sockets = new EventSockets(db, options.sockets, ownOrigins({ proxies, origins }));
  const { elsewhere, proxyUser } = network;
  const accounts =
    network.people === 'accounts'
      ? new Accounts(db, { proxies, firstId: OWNER, elsewhere, proxyUser })
      : undefined;
  accounts?.onGone((owner) => sockets.closeOf(owner));
  const access = options.access ?? accounts ?? openTo(OWNER);
  const runtime: Runtime = {
    ...{ db, blobs, engines, catalogue, language, queue, metrics, log, knownOf, owner: OWNER, access },
    ...{ accounts, proxies, origins },
    studioKey: studioKey(dataDir),
    operator: { settings, host },
  };
  endCutReadings(runtime);
  const messages = new MessageRunner(runtime);
  const looker = new Looker(runtime);
  let pages: Pages | undefined;
  let http: Server | undefined;

  async function close(): Promise<void> {
    clearInterval(purging);
    clearInterval(watch);
    clearInterval(labelling);
    blobCheck.stop();
    sockets.close();
    http?.close();
    await language.close();
    await messages.stop();
    await looker.stop();
    await queue.stop();
    await engines.close();
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
        : await openNextPages({
            rootDir: import.meta.dirname,
            host,
            port,
            dev,
            examples,
          });
    http = serve(runtime, pages, sockets, hosts);
    http.listen(port, host);
    await once(http, 'listening');
  } catch (error) {
    await close();
    throw error;
  }
  return { url: urlOf(http, host), runtime, close };
}

/** A server without proxies or a public address. */
function aloneAt(host: string): Network {
  const people = needsAccounts(host, undefined) ? 'accounts' : 'alone';
  return {
    people,
    publicUrl: undefined,
    proxies: [],
    proxyUser: undefined,
    origins: [],
    elsewhere: undefined,
  };
}

const NOTHING_KNOWN: Known = { examples: [], knows: null };

/** What checkpoints draw well, each list read once: what is worked out of a list is kept by it. Of an engine elsewhere nothing is known. */
function knownReader(): (entry: EngineEntry) => Known {
  const known = new Map<string, Known>();
  return (entry) => {
    if (!isEmbedded(entry)) return NOTHING_KNOWN;
    const found = known.get(entry.folder) ?? readKnown(entry.folder);
    known.set(entry.folder, found);
    return found;
  };
}

function serve(runtime: Runtime, pages: Pages, sockets: EventSockets, hosts: readonly string[]): Server {
  // `localhost` stands in for the host that a client of HTTP/1.0 does not name. Next keeps the global Request and Response.
  const answerApi = getRequestListener(createApp(runtime).fetch, {
    hostname: 'localhost',
    overrideGlobalObjects: false,
  });
  const isTls = runtime.proxies.publicUrl?.startsWith('https:') ?? false;
  const http = createServer((request, response) => {
    secure(response, isTls);
    if (!isOwnHost(request.headers.host, hosts)) refuseHost(request, response);
    else if (isApiAddress(request.url ?? '/')) void answerApi(request, response);
    else void showPage(runtime, pages, request, response);
  });
  http.on('upgrade', (request, socket, head) => {
    // Node leaves the errors of an upgraded socket to its listeners.
    socket.on('error', () => socket.destroy());
    const [path] = (request.url ?? '/').split('?');
    if (!isOwnHost(request.headers.host, hosts)) socket.destroy();
    else if (path === EVENTS_PATH) void follow(runtime, sockets, request, socket, head);
    else pages.upgrade(request, socket, head);
  });
  return http;
}

/** Pages hold nothing of anybody; a stranger is shown the way in all the same. */
async function showPage(
  runtime: Runtime,
  pages: Pages,
  request: IncomingMessage,
  response: ServerResponse,
): Promise<void> {
  if (!(await answerStranger(runtime, request, response))) await pages.handle(request, response);
}

async function follow(
  { access }: Runtime,
  sockets: EventSockets,
  request: IncomingMessage,
  socket: Duplex,
  head: Buffer,
): Promise<void> {
  const caller = await access.callerOf(request);
  if (caller?.rights.includes('read')) sockets.upgrade(request, socket, head, caller.owner);
  else refuseUpgrade(socket, 401);
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
  const { engines } = server.runtime;
  const unused = ['PALIMPSEST_MODEL', 'PALIMPSEST_ENGINE'].filter((name) => process.env[name]);
  if (unused.length > 0 && existsSync(environment.enginesFile))
    console.error(
      `${unused.join(' and ')} counts for nothing: the engines are those of ${environment.enginesFile}`,
    );
  const { accounts, proxies } = server.runtime;
  if (environment.network.people === 'open')
    console.error(
      'Whoever can reach this address may do everything here, since PALIMPSEST_OPEN is set. Without it people sign in.',
    );
  const first = accounts?.firstLink(proxies.publicUrl ?? server.url);
  if (first) console.log(`Nobody has an account yet. The first administrator is made here: ${first}`);
  console.log(`Palimpsest is at ${server.url} (pictures in ${environment.dataDir}, ${drawnBy(engines)})`);
  let closing = false;
  for (const signal of ['SIGINT', 'SIGTERM'] as const)
    process.on(signal, () => {
      if (closing) process.exit(1);
      closing = true;
      void server.close().then(() => process.exit(0));
    });
}

const drawnBy = (engines: Engines): string =>
  engines.entries
    .map((entry) => (isEmbedded(entry) ? `model ${entry.folder}` : `engine ${entry.addresses.join(', ')}`))
    .join('; ');

if (import.meta.main)
  main().catch((error: NodeJS.ErrnoException) => {
    const isPortTaken = error.code === 'EADDRINUSE';
    console.error(
      isPortTaken ? `PORT is in use: ${error.message}. Set PORT to another one.` : fatalText(error),
    );
    process.exit(1);
  });
