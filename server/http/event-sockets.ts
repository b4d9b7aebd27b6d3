/**
 * Subscriptions at `/api/events`. A reader has a cursor for each feed it follows and is sent what the log holds after
 * it, so it misses nothing, gets nothing twice, and costs no memory while it is slow. Knows no event's meaning.
 */
import { type IncomingMessage, STATUS_CODES } from 'node:http';
import type { Duplex } from 'node:stream';
import { type WebSocket, WebSocketServer } from 'ws';
import type { Database, EventRow } from '../../db/database.ts';
import { eventsAfter, type Feed, isInFeed } from '../../db/events.ts';
import { BEAT_MS, type Beat, type ErrorBody, SLOW_READER } from '../../studio/protocol.ts';
import { Refusal } from '../../studio/refusal.ts';
import { subscribeSchema } from '../../studio/requests.ts';
import { eventFor } from '../queue/queue-view.ts';
import { errorAnswer } from './edge.ts';
import { requireFeed } from './event-feeds.ts';
import { isSameSite } from './guards.ts';

export interface SocketLimits {
  /** Bytes that may wait for one reader in memory; the rest waits in the log. */
  byteLimit: number;
  /** How long a reader may leave that many bytes waiting before it is closed. */
  slowReaderMs: number;
  /** Time between pings; a reader that answers none is dropped. */
  pingMs: number;
  /** Time between beats. */
  beatMs: number;
}

const DEFAULT_LIMITS: SocketLimits = {
  byteLimit: 1_000_000,
  slowReaderMs: 10_000,
  pingMs: 30_000,
  beatMs: BEAT_MS,
};
const MAX_MESSAGE_BYTES = 10_000;
/** Feeds of one reader; a page follows three. */
const MOST_FEEDS = 100;
const ROWS_AT_ONCE = 100;

export class EventSockets {
  readonly #db: Database;
  readonly #limits: SocketLimits;
  readonly #server = new WebSocketServer({ noServer: true, maxPayload: MAX_MESSAGE_BYTES });
  readonly #readers = new Set<Reader>();
  readonly #stopListening: () => void;

  readonly #origins: readonly string[];

  /** `origins` are pages that may open a socket besides those of this server. */
  constructor(db: Database, limits: Partial<SocketLimits> = {}, origins: readonly string[] = []) {
    this.#origins = origins;
    this.#db = db;
    this.#limits = { ...DEFAULT_LIMITS, ...limits };
    this.#stopListening = db.onEvents((events) => {
      for (const reader of this.#readers) reader.sendNew(events);
    });
  }

  /** Takes over an owner's connection that wants to be a WebSocket; one opened by another site's page is refused. */
  upgrade(request: IncomingMessage, socket: Duplex, head: Buffer, owner: string): void {
    if (!isSameSite(new Headers(request.headers as Record<string, string>), this.#origins)) {
      refuseUpgrade(socket, 403);
      return;
    }
    this.#server.handleUpgrade(request, socket, head, (connection) => {
      const reader = new Reader(this.#db, owner, connection, this.#limits);
      this.#readers.add(reader);
      connection.on('close', () => this.#readers.delete(reader));
    });
  }

  /** Closes the connections of an owner: whoever still may follows again. */
  closeOf(owner: string): void {
    for (const reader of this.#readers) if (reader.owner === owner) reader.close('Sign in again');
  }

  /** Closes every connection; a client asks the next server for the rest. */
  close(): void {
    this.#stopListening();
    for (const connection of this.#readers) connection.close();
    this.#server.close();
  }
}

/** Answers a request for a socket with a status alone. */
export function refuseUpgrade(socket: Duplex, status: 401 | 403): void {
  socket.end(`HTTP/1.1 ${status} ${STATUS_CODES[status]}\r\nConnection: close\r\n\r\n`);
}

/** One connection: the feeds that it follows, and the number of the last event it was sent of each. */
class Reader {
  readonly #db: Database;
  readonly owner: string;
  readonly #connection: WebSocket;
  readonly #limits: SocketLimits;
  readonly #cursors = new Map<Feed, number>();
  /** Feeds whose log may hold more than was sent. */
  readonly #behind = new Set<Feed>();
  readonly #pinging: NodeJS.Timeout;
  readonly #beating: NodeJS.Timeout;
  #waitsForRoom = false;
  #answered = true;

  constructor(db: Database, owner: string, connection: WebSocket, limits: SocketLimits) {
    this.#db = db;
    this.owner = owner;
    this.#connection = connection;
    this.#limits = limits;
    this.#pinging = setInterval(() => this.#ping(), limits.pingMs);
    this.#beating = setInterval(() => this.#beat(), limits.beatMs);
    connection.on('message', (data) => this.#receive(String(data)));
    connection.on('pong', () => {
      this.#answered = true;
    });
    // The close that follows an error is all that matters here.
    connection.on('error', () => {});
    connection.on('close', () => {
      clearInterval(this.#pinging);
      clearInterval(this.#beating);
    });
  }

  /** Sends appended events of the feeds that this reader follows. */
  sendNew(events: readonly EventRow[]): void {
    for (const feed of this.#cursors.keys())
      if (events.some((event) => isInFeed(event, this.owner, feed))) this.#behind.add(feed);
    this.#pump();
  }

  close(reason = 'The server is going down'): void {
    this.#connection.close(1001, reason);
  }

  #receive(text: string): void {
    const message = subscribeSchema.safeParse(parseJson(text));
    if (!message.success) {
      this.#refuse(new Refusal('bad_message', {}));
      return;
    }
    const { subscribe: feed, after } = message.data;
    try {
      requireFeed({ db: this.#db, owner: this.owner }, feed, after);
      if (!this.#cursors.has(feed) && this.#cursors.size >= MOST_FEEDS)
        throw new Refusal('too_many_feeds', { most: MOST_FEEDS });
    } catch (error) {
      if (!(error instanceof Refusal)) throw error;
      this.#refuse(error);
      return;
    }
    this.#cursors.set(feed, after);
    this.#behind.add(feed);
    this.#beat();
    this.#pump();
  }

  /** Says that the way is open, so that a client can tell silence from a way that is closed. One who does not read gets none. */
  #beat(): void {
    if (!this.#isFull()) this.#connection.send(JSON.stringify({ beat: true } satisfies Beat));
  }

  #pump(): void {
    if (this.#waitsForRoom) return;
    for (const feed of this.#behind) {
      while (!this.#isFull() && this.#sendSome(feed));
      if (this.#isFull()) break;
      this.#behind.delete(feed);
    }
    if (this.#isFull()) this.#waitForRoom();
  }

  /** Sends the next rows of a feed; false when there are none. */
  #sendSome(feed: Feed): boolean {
    const rows = eventsAfter(this.#db, this.owner, feed, this.#cursors.get(feed)!, ROWS_AT_ONCE);
    for (const row of rows) {
      this.#connection.send(JSON.stringify(eventFor(this.owner, row)));
      this.#cursors.set(feed, row.seq);
      if (this.#isFull()) break;
    }
    return rows.length > 0;
  }

  #isFull(): boolean {
    return this.#connection.bufferedAmount > this.#limits.byteLimit;
  }

  /** Goes on once the waiting bytes have left; a reader that does not take them in time is closed and may come back. */
  #waitForRoom(): void {
    this.#waitsForRoom = true;
    const tooSlow = setTimeout(() => {
      this.#connection.close(SLOW_READER, 'Too slow; subscribe again from the last seq');
    }, this.#limits.slowReaderMs);
    this.#connection.ping(undefined, undefined, () => {
      clearTimeout(tooSlow);
      this.#waitsForRoom = false;
      if (this.#connection.readyState === this.#connection.OPEN) this.#pump();
    });
  }

  #ping(): void {
    if (this.#answered) this.#connection.ping();
    else this.#connection.terminate();
    this.#answered = false;
  }

  #refuse(refusal: Refusal): void {
    const { status: _, ...error } = errorAnswer(refusal);
    this.#connection.send(JSON.stringify({ error } satisfies ErrorBody));
  }
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
