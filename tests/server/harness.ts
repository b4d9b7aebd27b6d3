/** A real server on a free port with its own data folder and a real engine, and a client that speaks to it. */
import { mkdirSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { onTestFinished } from 'vitest';
import { WebSocket } from 'ws';
import { type RunningServer, type ServerOptions, startServer } from '../../server.ts';
import type {
  ErrorBody,
  JobView,
  SessionEvent,
  SessionSnapshot,
  SessionView,
  TurnBody,
  TurnView,
} from '../../studio/protocol.ts';
import { SMALL } from '../engine/fixtures.ts';
import { openRouteFiles } from './route-files.ts';

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
    openPages: openRouteFiles,
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

export interface Answer<Body> {
  status: number;
  body: Body;
}

export class Client {
  readonly server: RunningServer;
  #closed = false;

  constructor(server: RunningServer) {
    this.server = server;
  }

  async call<Body = ErrorBody>(
    method: string,
    path: string,
    body?: unknown,
    headers: Record<string, string> = {},
  ): Promise<Answer<Body>> {
    const raw = body instanceof Uint8Array || body instanceof FormData;
    const init = {
      method,
      headers,
      body: body === undefined || raw ? (body as BodyInit) : JSON.stringify(body),
    };
    const response = await fetch(`${this.server.url}${path}`, init);
    const text = await response.text();
    return { status: response.status, body: (text.startsWith('{') ? JSON.parse(text) : text) as Body };
  }

  async newSession(): Promise<SessionView> {
    return (await this.call<{ session: SessionView }>('POST', '/api/sessions')).body.session;
  }

  async open(sessionId: string): Promise<SessionSnapshot> {
    return (await this.call<SessionSnapshot>('GET', `/api/sessions/${sessionId}`)).body;
  }

  turn(sessionId: string, turn: Partial<TurnBody>, key: string = crypto.randomUUID()) {
    const body = { mode: 'new', prompt: 'a fox', ...turn };
    return this.call<{ turn: TurnView; job: JobView }>('POST', `/api/sessions/${sessionId}/turns`, body, {
      'Idempotency-Key': key,
    });
  }

  /** Waits for the first event of a feed, from its beginning, that satisfies `wanted`; answers all up to it. */
  async until(feed: string, wanted: (event: SessionEvent) => boolean, after = 0): Promise<SessionEvent[]> {
    const seen: SessionEvent[] = [];
    const socket = this.socket();
    return new Promise((resolve, reject) => {
      socket.on('open', () => socket.send(JSON.stringify({ subscribe: feed, after })));
      socket.on('error', reject);
      socket.on('close', () =>
        reject(new Error(`closed after ${seen.map((event) => event.type).join(', ')}`)),
      );
      socket.on('message', (data) => {
        const event = JSON.parse(String(data)) as SessionEvent;
        seen.push(event);
        if (!wanted(event)) return;
        resolve(seen);
        socket.terminate();
      });
    });
  }

  /** Waits until `count` jobs of a session have ended. */
  untilEnds(sessionId: string, count: number): Promise<SessionEvent[]> {
    const ended = new Set<string | null>();
    return this.until(sessionId, (event) => isEnd(event) && ended.add(event.jobId).size === count);
  }

  socket(headers: Record<string, string> = {}): WebSocket {
    return new WebSocket(`${this.server.url.replace('http', 'ws')}/api/events`, { headers });
  }

  async ready(): Promise<this> {
    await this.server.engine.ready();
    return this;
  }

  async close(): Promise<void> {
    if (this.#closed) return;
    this.#closed = true;
    await this.server.close();
  }
}

/** Matches the end of a job, whatever it is. */
export function isEnd(event: SessionEvent): boolean {
  return ['job.done', 'job.failed', 'job.cancelled'].includes(event.type);
}
