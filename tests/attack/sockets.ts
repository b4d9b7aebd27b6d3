/**
 * Many subscriptions that break off and come again from where they were, among frames of nonsense, while pictures are drawn. In the
 * end each has seen every event that the log has, once and in order.
 */
import { join } from 'node:path';
import BetterSqlite from 'better-sqlite3';
import { WebSocket } from 'ws';
import type { Findings } from './findings.ts';
import { TEXTS } from './hostile.ts';
import type { Random } from './random.ts';
import { QUICK, type Target, until } from './target.ts';

const TURNS = 6;
const SESSIONS = 3;

/** One reader of one feed. */
class Reader {
  readonly seen = new Set<number>();
  doubled = 0;
  last = 0;
  #socket: WebSocket | undefined;
  readonly #url: string;
  readonly #feed: string;

  constructor(url: string, feed: string) {
    this.#url = url;
    this.#feed = feed;
  }

  get feed(): string {
    return this.#feed;
  }

  connect(): void {
    const socket = new WebSocket(this.#url);
    this.#socket = socket;
    socket.on('open', () => socket.send(JSON.stringify({ subscribe: this.#feed, after: this.last })));
    socket.on('message', (data) => {
      // What a socket that was broken off still had is asked for again by the next one.
      if (socket !== this.#socket) return;
      const { seq } = JSON.parse(String(data)) as { seq?: number };
      if (seq === undefined) return;
      if (seq <= this.last) this.doubled += 1;
      this.seen.add(seq);
      this.last = seq;
    });
    socket.on('error', () => {});
  }

  breakOff(): void {
    const socket = this.#socket;
    this.#socket = undefined;
    socket?.terminate();
  }

  say(text: string): void {
    if (this.#socket?.readyState === WebSocket.OPEN) this.#socket.send(text);
  }
}

/** Follows with so many sockets. */
export async function attackSockets(
  target: Target,
  random: Random,
  count: number,
  findings: Findings,
): Promise<void> {
  await target.json('POST', '/api/queue', { paused: false });
  const sessions: string[] = [];
  for (let place = 0; place < SESSIONS; place += 1) {
    const { body } = await target.json<{ session: { id: string } }>('POST', '/api/sessions', {});
    sessions.push(body.session.id);
  }
  const from = newestIn(target);
  const feeds = [...sessions, '*', 'queue'];
  const readers = Array.from(
    { length: count },
    () => new Reader(`${target.url.replace('http', 'ws')}/api/events`, random.pick(feeds)),
  );
  for (const reader of readers) {
    reader.last = from;
    reader.connect();
  }
  const trouble = setInterval(() => {
    for (let each = 0; each < count / 20; each += 1) {
      const reader = random.pick(readers);
      findings.inputs += 1;
      if (random.chance(0.5))
        reader.say(
          random.pick([
            ...TEXTS.map((text) => text.slice(0, 20_000)),
            '{"subscribe":"*","after":-1}',
            '{"subscribe":"x"}',
          ]),
        );
      else {
        reader.breakOff();
        reader.connect();
      }
    }
  }, 100);
  for (let place = 0; place < TURNS; place += 1)
    await target.json('POST', `/api/sessions/${sessions[place % SESSIONS]}/turns`, {
      ...{ prompt: `a fox ${place}`, mode: 'new', options: QUICK },
    });
  await until('the end of all turns', 600_000, async () => {
    const { body } = await target.json<{ entries: unknown[] }>('GET', '/api/queue');
    return body.entries.length === 0;
  });
  clearInterval(trouble);
  // Frames of nonsense may have closed a socket.
  for (const reader of readers) {
    reader.breakOff();
    reader.connect();
  }
  await new Promise((done) => setTimeout(done, 1_000));
  const log = eventsIn(target, from);
  const isOf = (feed: string) => (event: { session_id: string; type: string }) =>
    feed === '*' ? event.type.startsWith('session.') : event.session_id === feed;
  const wanted = new Map(feeds.map((feed) => [feed, log.filter(isOf(feed)).map(({ seq }) => seq)]));
  const missed = () => readers.flatMap(({ feed, seen }) => wanted.get(feed)!.filter((seq) => !seen.has(seq)));
  await until('the last events', 60_000, async () => missed().length === 0).catch(() => {});
  findings.lostEvents += missed().length;
  findings.doubledEvents += readers.reduce((sum, { doubled }) => sum + doubled, 0);
  for (const reader of readers) reader.breakOff();
}

function newestIn({ dataDir }: Target): number {
  return read(dataDir, 'SELECT coalesce(max(seq), 0) AS seq FROM events')[0]!.seq;
}

function eventsIn({ dataDir }: Target, after: number) {
  return read(dataDir, `SELECT seq, session_id, type FROM events WHERE seq > ${after}`);
}

function read(dataDir: string, query: string): { seq: number; session_id: string; type: string }[] {
  const database = new BetterSqlite(join(dataDir, 'palimpsest.sqlite'), { readonly: true });
  try {
    return database.prepare(query).all() as { seq: number; session_id: string; type: string }[];
  } finally {
    database.close();
  }
}
