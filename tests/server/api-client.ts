/** The calls that a client of the API makes, as the tests need them. Knows routes and events, and nothing of the server's inside. */
import { WebSocket } from 'ws';
import type {
  ErrorBody,
  JobView,
  SessionEvent,
  SessionSnapshot,
  SessionView,
  TurnBody,
  TurnView,
} from '../../studio/protocol.ts';

export interface Answer<Body> {
  status: number;
  body: Body;
}

const POLL_MS = 20;

/** Asks until there is an answer. Throws after `withinMs`. */
export async function poll<T>(
  what: string,
  probe: () => Promise<T | undefined>,
  withinMs = 90_000,
): Promise<T> {
  const deadline = Date.now() + withinMs;
  for (;;) {
    const found = await probe();
    if (found !== undefined) return found;
    if (Date.now() > deadline) throw new Error(`Waited ${withinMs} ms in vain for ${what}`);
    await new Promise((next) => setTimeout(next, POLL_MS));
  }
}

export class ApiClient {
  readonly url: string;

  constructor(url: string) {
    this.url = url;
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
      body: body === undefined || raw ? (body as RequestInit['body']) : JSON.stringify(body),
    };
    const response = await fetch(`${this.url}${path}`, init);
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
    return this.call<{ turn: TurnView; job: JobView } & Partial<ErrorBody>>(
      'POST',
      `/api/sessions/${sessionId}/turns`,
      body,
      { 'Idempotency-Key': key },
    );
  }

  upload(sessionId: string, body: Uint8Array | FormData) {
    return this.call<{ turn: TurnView } & ErrorBody>('POST', `/api/sessions/${sessionId}/uploads`, body);
  }

  async picture(hash: string): Promise<{ bytes: Uint8Array; headers: Headers }> {
    const response = await fetch(`${this.url}/images/${hash}`);
    return { bytes: new Uint8Array(await response.arrayBuffer()), headers: response.headers };
  }

  /** The turn of a job once the job has come to an end. */
  async finished(sessionId: string, turnId: string): Promise<TurnView & { job: JobView }> {
    return poll(`the end of ${turnId}`, async () => {
      const turn = (await this.open(sessionId)).turns.find(({ id }) => id === turnId);
      return turn?.job && ['done', 'failed', 'cancelled'].includes(turn.job.state)
        ? { ...turn, job: turn.job }
        : undefined;
    });
  }

  /** Waits until a turn's job runs; false where it had ended before that. */
  async working(sessionId: string, turnId: string): Promise<boolean> {
    return poll(`work on ${turnId}`, async () => {
      const { turns } = await this.open(sessionId);
      const state = turns.find(({ id }) => id === turnId)?.job?.state;
      if (state === undefined || state === 'queued' || state === 'interrupted') return undefined;
      return state === 'running';
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
        if ('beat' in event) return;
        seen.push(event);
        if (!wanted(event)) return;
        socket.removeAllListeners('message');
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
    return new WebSocket(`${this.url.replace('http', 'ws')}/api/events`, { headers });
  }
}

/** Matches the end of a job, whatever it is. */
export function isEnd(event: SessionEvent): boolean {
  return ['job.done', 'job.failed', 'job.cancelled'].includes(event.type);
}
