/**
 * A real server process on a free port with the tiny checkpoint (the mini one where the fixtures are missing), and the
 * calls that a client makes. Knows routes and events, and nothing of the server's inside.
 */
import { type ChildProcess, execFileSync, spawn } from 'node:child_process';
import { randomUUID } from 'node:crypto';
import { once } from 'node:events';
import { existsSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { createInterface } from 'node:readline';
import { WebSocket } from 'ws';
import type { JobView, SessionEvent, SessionSnapshot, TurnBody, TurnView } from '../../studio/protocol.ts';

export const ROOT = resolve(import.meta.dirname, '../..');
const TINY = resolve(ROOT, '../shared/fixtures/tiny');
export const MODEL = existsSync(TINY) ? TINY : join(ROOT, 'models/mini');

/** A recipe that takes about a second on the tiny checkpoint. */
export const QUICK = {
  widthPx: existsSync(TINY) ? 64 : 256,
  heightPx: existsSync(TINY) ? 64 : 256,
  steps: 2,
  seed: 11,
};

const POLL_MS = 20;

async function until<T>(what: string, probe: () => Promise<T | undefined>, withinMs = 90_000): Promise<T> {
  const deadline = Date.now() + withinMs;
  for (;;) {
    const found = await probe();
    if (found !== undefined) return found;
    if (Date.now() > deadline) throw new Error(`Waited ${withinMs} ms in vain for ${what}`);
    await new Promise((next) => setTimeout(next, POLL_MS));
  }
}

export interface Answer<T = unknown> {
  status: number;
  body: T;
}

export class LiveServer {
  readonly url: string;
  readonly #process: ChildProcess;

  private constructor(url: string, process: ChildProcess) {
    this.url = url;
    this.#process = process;
  }

  /** Starts a server over a data folder and waits until a turn can be taken. Throws with its output where it ends. */
  static async start(
    dataDir: string,
    env: Record<string, string> = {},
    script = 'server.ts',
  ): Promise<LiveServer> {
    const child = spawn(process.execPath, [script], {
      cwd: ROOT,
      env: {
        ...process.env,
        PORT: '0',
        PALIMPSEST_DATA: dataDir,
        PALIMPSEST_MODEL: MODEL,
        PALIMPSEST_LOG: 'error',
        ...env,
      },
      stdio: ['ignore', 'pipe', 'pipe'],
    });
    const output: string[] = [];
    child.stderr!.on('data', (data) => output.push(String(data)));
    for await (const line of createInterface({ input: child.stdout! })) {
      const found = /is at (http:\S+)/.exec(line);
      if (!found) continue;
      const server = new LiveServer(found[1]!, child);
      await until('the model', async () =>
        (await server.get('/api/health')).status === 200 ? true : undefined,
      );
      return server;
    }
    if (child.exitCode === null) await once(child, 'exit');
    throw new Error(output.join(''));
  }

  async get<T>(path: string): Promise<Answer<T>> {
    const response = await fetch(this.url + path);
    return { status: response.status, body: (await response.json()) as T };
  }

  async post<T>(path: string, body: unknown, headers: Record<string, string> = {}): Promise<Answer<T>> {
    const response = await fetch(this.url + path, {
      method: 'POST',
      headers: { 'content-type': 'application/json', ...headers },
      body: JSON.stringify(body),
    });
    return { status: response.status, body: (await response.json()) as T };
  }

  async newSession(): Promise<string> {
    return (await this.post<{ session: { id: string } }>('/api/sessions', {})).body.session.id;
  }

  turn(sessionId: string, turn: TurnBody, key: string = randomUUID()) {
    return this.post<{ turn: TurnView; job: JobView; error?: { code: string; field?: string } }>(
      `/api/sessions/${sessionId}/turns`,
      turn,
      { 'Idempotency-Key': key },
    );
  }

  async upload(sessionId: string, bytes: Uint8Array, type = 'image/png') {
    const response = await fetch(`${this.url}/api/sessions/${sessionId}/uploads`, {
      method: 'POST',
      headers: { 'content-type': type },
      body: bytes as BodyInit,
    });
    return {
      status: response.status,
      body: (await response.json()) as { turn?: TurnView; error?: { message: string } },
    };
  }

  async snapshot(sessionId: string): Promise<SessionSnapshot> {
    return (await this.get<SessionSnapshot>(`/api/sessions/${sessionId}`)).body;
  }

  /** The turn of a job once the job has come to an end. */
  async finished(sessionId: string, turnId: string): Promise<TurnView & { job: JobView }> {
    return until(`the end of ${turnId}`, async () => {
      const storedTurn = (await this.snapshot(sessionId)).turns.find(({ id }) => id === turnId);
      return storedTurn?.job && ['done', 'failed', 'cancelled'].includes(storedTurn.job.state)
        ? { ...storedTurn, job: storedTurn.job }
        : undefined;
    });
  }

  /** Waits until a node's job runs; false where it had ended before that. */
  async working(sessionId: string, turnId: string): Promise<boolean> {
    return until(`work on ${turnId}`, async () => {
      const { turns } = await this.snapshot(sessionId);
      const state = turns.find(({ id }) => id === turnId)?.job?.state;
      if (state === undefined || state === 'queued' || state === 'interrupted') return undefined;
      return state === 'running';
    });
  }

  async picture(hash: string): Promise<{ bytes: Uint8Array; headers: Headers }> {
    const response = await fetch(`${this.url}/images/${hash}`);
    return { bytes: new Uint8Array(await response.arrayBuffer()), headers: response.headers };
  }

  /** Events of a session after a cursor, until `enough` says so; then the socket is broken off. */
  events(
    sessionId: string,
    after: number,
    enough: (events: SessionEvent[]) => boolean,
  ): Promise<SessionEvent[]> {
    const socket = new WebSocket(`${this.url.replace('http', 'ws')}/api/events`);
    const events: SessionEvent[] = [];
    return new Promise((done, fail) => {
      socket.once('error', fail);
      socket.once('open', () => socket.send(JSON.stringify({ subscribe: sessionId, after })));
      socket.on('message', (data) => {
        events.push(JSON.parse(String(data)) as SessionEvent);
        if (!enough(events)) return;
        socket.removeAllListeners('message');
        socket.terminate();
        done(events);
      });
    });
  }

  /** Kills the engine process under this server. */
  killEngine(): void {
    execFileSync('pkill', ['-KILL', '-P', String(this.#process.pid), '-f', 'engine/process.ts']);
  }

  async kill(signal: NodeJS.Signals = 'SIGTERM'): Promise<void> {
    if (this.#process.exitCode !== null || this.#process.signalCode !== null) return;
    const ended = once(this.#process, 'exit');
    this.#process.kill(signal);
    await ended;
  }
}
