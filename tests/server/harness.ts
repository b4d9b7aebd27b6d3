/** A real server on a free port, without its pages, with its own data folder and a real engine, and a client that speaks to it. */
import { mkdirSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { onTestFinished } from 'vitest';
import type { Runtime } from '../../server/runtime.ts';
import { type RunningServer, type ServerOptions, startServer } from '../../server.ts';
import { SMALL } from '../engine/fixtures.ts';
import { ApiClient } from './api-client.ts';

export { isEnd } from './api-client.ts';
export { SMALL };

export const FAULTY_ENGINE = join(import.meta.dirname, 'faulty-engine.ts');

/** Folders for data and model that are removed with the test. */
export function freshFolders(): { dataDir: string; modelDir: string } {
  const root = mkdtempSync(join(tmpdir(), 'palimpsest-'));
  onTestFinished(() => rmSync(root, { recursive: true, force: true }));
  const folders = { dataDir: join(root, 'data'), modelDir: join(root, 'model') };
  mkdirSync(folders.modelDir);
  return folders;
}

/** Starts a server over the real engine and a small real checkpoint, closed with the test; follow with {@link Client.ready}. */
export function serve(options: Partial<ServerOptions> = {}): Promise<Client> {
  const { dataDir } = freshFolders();
  return start({ dataDir, modelDir: SMALL, engine: {}, ...options });
}

/** As {@link serve}, over an engine that can be asked to fail, to die, or to take its time: see `faulty-engine.ts`. */
export function serveFaulty(options: Partial<ServerOptions> = {}): Promise<Client> {
  return start({
    ...freshFolders(),
    engine: { engineModule: FAULTY_ENGINE, restartDelayMs: 10 },
    ...options,
  });
}

async function start(options: Partial<ServerOptions>): Promise<Client> {
  const server = await startServer({
    ...{
      host: '127.0.0.1',
      port: 0,
      device: 'cpu',
      logLevel: 'silent',
      dataDir: '',
      modelDir: '',
    },
    pages: false,
    ...options,
  });
  const client = new Client(server);
  onTestFinished(() => client.close());
  return client;
}

/** Side of a square picture that the real checkpoint of the tests draws in a fraction of a second. */
export const LIVE_SIDE_PX = SMALL.endsWith('tiny') ? 64 : 256;

/** A recipe that the real checkpoint of the tests draws in a fraction of a second. */
export const QUICK = { widthPx: LIVE_SIDE_PX, heightPx: LIVE_SIDE_PX, steps: 1 };

export class Client extends ApiClient {
  readonly server: RunningServer;
  #closed = false;

  constructor(server: RunningServer) {
    super(server.url);
    this.server = server;
  }

  get runtime(): Runtime {
    return this.server.runtime;
  }

  async ready(): Promise<this> {
    const { engines } = this.runtime;
    await engines.running(engines.default)!.ready();
    return this;
  }

  async close(): Promise<void> {
    if (this.#closed) return;
    this.#closed = true;
    await this.server.close();
  }
}
