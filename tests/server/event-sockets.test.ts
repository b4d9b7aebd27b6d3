/** The event log as readers see it: complete, in order, once, whatever breaks in between; slow readers stall nobody. */
import { once } from 'node:events';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { setTimeout as sleep } from 'node:timers/promises';
import fc from 'fast-check';
import { expect, it, onTestFinished, vi } from 'vitest';
import { WebSocket } from 'ws';
import { eventsAfter } from '../../db/events.ts';
import { openDatabase } from '../../db/folder/open-database.ts';
import { insertSession } from '../../db/sessions.ts';
import { EventSockets, type SocketLimits } from '../../server/http/event-sockets.ts';
import { type Beat, type SessionEvent, SLOW_READER } from '../../studio/protocol.ts';
import { freshFolders } from './harness.ts';

const SLOW_MS = 50;
const MANY = 60;

/** A log and its sockets, without the rest of the server. */
async function log(limits: Partial<SocketLimits> = {}) {
  const db = openDatabase(freshFolders().dataDir);
  const sockets = new EventSockets(db, limits);
  const http = createServer();
  http.on('upgrade', (request, socket, head) => sockets.upgrade(request, socket, head, 'local'));
  http.listen(0, '127.0.0.1');
  await once(http, 'listening');
  onTestFinished(() => {
    sockets.close();
    http.closeAllConnections();
    http.close();
    db.close();
  });
  const ids = ['a', 'b'].map((title) => db.write(() => insertSession(db, 'local', title).id));
  const append = (which: number, payload: unknown = {}) =>
    db.write(() => db.append({ sessionId: ids[which]!, jobId: null, type: 'stage', payload }));
  const url = `ws://127.0.0.1:${(http.address() as AddressInfo).port}/api/events`;
  return {
    db,
    ids,
    append,
    connect: (headers: Record<string, string> = {}, silent = false) =>
      new WebSocket(url, { headers, autoPong: !silent }),
  };
}

/** A reader that comes back after each break and asks for what follows its last event. */
class Reader {
  readonly seqs: number[] = [];
  readonly #connect: () => WebSocket;
  readonly #feed: string;
  #socket: WebSocket | undefined;
  #heard = () => {};

  constructor(connect: () => WebSocket, feed: string) {
    this.#connect = connect;
    this.#feed = feed;
    this.reconnect();
  }

  reconnect(): void {
    const before = this.#socket;
    const socket = this.#connect();
    this.#socket = socket;
    before?.terminate();
    socket.on('error', () => {});
    // On a busy machine any reader may be too slow for a while; it asks again from where it was.
    socket.on('close', (code) => {
      if (socket === this.#socket && code === SLOW_READER) this.reconnect();
    });
    socket.on('open', () =>
      socket.send(JSON.stringify({ subscribe: this.#feed, after: this.seqs.at(-1) ?? 0 })),
    );
    socket.on('message', (data) => {
      if (socket !== this.#socket) return;
      const frame = JSON.parse(String(data)) as SessionEvent | Beat;
      if ('beat' in frame) return;
      this.seqs.push(frame.seq);
      this.#heard();
    });
  }

  async hasReached(seq: number): Promise<void> {
    while ((this.seqs.at(-1) ?? 0) < seq)
      await new Promise<void>((resolve) => {
        this.#heard = resolve;
      });
  }
}

it('gives every reader every event of its feed, in order, once, after any breaks', async () => {
  const { db, ids, append, connect } = await log();
  const step = fc.oneof(
    { weight: 4, arbitrary: fc.record({ kind: fc.constant('append' as const), which: fc.nat(1) }) },
    { weight: 1, arbitrary: fc.record({ kind: fc.constant('break' as const), which: fc.nat(2) }) },
    { weight: 2, arbitrary: fc.record({ kind: fc.constant('turn' as const), which: fc.constant(0) }) },
  );
  await fc.assert(
    fc.asyncProperty(fc.array(step, { maxLength: 60 }), async (steps) => {
      const readers = [ids[0]!, ids[0]!, ids[1]!].map((id) => new Reader(() => connect(), id));
      for (const { kind, which } of steps) {
        if (kind === 'append') append(which);
        else if (kind === 'break') readers[which]!.reconnect();
        else await new Promise(setImmediate);
      }
      const last = [append(0).seq, append(1).seq];
      const whole = ids.map((id) => eventsAfter(db, 'local', id, 0, 100_000).map((event) => event.seq));
      for (const [index, reader] of readers.entries()) {
        const which = index === 2 ? 1 : 0;
        await reader.hasReached(last[which]!);
        expect(reader.seqs).toEqual(whole[which]);
      }
    }),
    { numRuns: 25 },
  );
});

it('closes a reader that takes nothing, keeps the others, and goes on where it was', async () => {
  const { db, ids, append, connect } = await log({ byteLimit: 100_000, slowReaderMs: SLOW_MS });
  const slow = connect();
  const fast = new Reader(() => connect(), ids[0]!);
  await once(slow, 'open');
  slow.send(JSON.stringify({ subscribe: ids[0], after: 0 }));
  append(0);
  await once(slow, 'message');
  slow.pause();
  let last = 0;
  // More than the kernel's own buffers can take, which may grow to tens of megabytes.
  for (let turn = 0; turn < MANY; turn += 1) last = append(0, { dataUrl: 'x'.repeat(500_000) }).seq;
  await fast.hasReached(last);
  // The limit is a time, so it has to pass. What is on its way still arrives, then the code that says: come back.
  await sleep(2 * SLOW_MS);
  const taken: number[] = [];
  slow.on('message', (data) => taken.push((JSON.parse(String(data)) as SessionEvent).seq ?? 0));
  slow.resume();
  const [code] = (await once(slow, 'close')) as [number];
  expect(code).toBe(SLOW_READER);
  expect(taken.length).toBeLessThan(MANY);
  const rest = new Reader(() => connect(), ids[0]!);
  await rest.hasReached(last);
  expect(rest.seqs).toEqual(eventsAfter(db, 'local', ids[0]!, 0, 10_000).map((event) => event.seq));
});

it('answers what it cannot understand, and stays open', async () => {
  const { ids, append, connect } = await log();
  const socket = connect();
  await once(socket, 'open');
  const ask = async (text: string) => {
    socket.send(text);
    const [data] = await once(socket, 'message');
    return JSON.parse(String(data));
  };
  for (const text of ['{', '[]', '{"subscribe":1}', JSON.stringify({ subscribe: ids[0], after: -1 })])
    expect((await ask(text)).error.code).toBe('bad_message');
  expect((await ask(JSON.stringify({ subscribe: 'nobody', after: 0 }))).error.code).toBe('unknown_session');
  expect((await ask(JSON.stringify({ subscribe: ids[0], after: 99 }))).error.code).toBe('bad_cursor');
  const { seq } = append(0);
  const frames: unknown[] = [];
  socket.on('message', (data) => frames.push(JSON.parse(String(data))));
  socket.send(JSON.stringify({ subscribe: ids[0], after: seq - 1 }));
  // The beat says at once that the way is open.
  await expect.poll(() => frames).toMatchObject([{ beat: true }, { seq }]);
});

it('beats while there is nothing to say, so that a reader can tell silence from a way that is closed', async () => {
  const { ids, connect } = await log({ beatMs: 20 });
  const socket = connect();
  await once(socket, 'open');
  const frames: unknown[] = [];
  socket.on('message', (data) => frames.push(JSON.parse(String(data))));
  socket.send(JSON.stringify({ subscribe: ids[0], after: 0 }));
  await expect.poll(() => frames.length).toBeGreaterThan(3);
  expect(frames.every((frame) => JSON.stringify(frame) === '{"beat":true}')).toBe(true);
});

it('reads each feed once, however many one connection follows, and refuses more than a hundred', async () => {
  const { db, append, connect } = await log();
  const ids = db.write(() => Array.from({ length: 120 }, () => insertSession(db, 'local', '').id));
  const reads = vi.spyOn(db.orm, 'select');
  const socket = connect();
  await once(socket, 'open');
  const refused: string[] = [];
  socket.on('message', (data) => {
    const frame = JSON.parse(String(data));
    if (!frame.beat) refused.push(frame.error?.code);
  });
  for (const id of ids) socket.send(JSON.stringify({ subscribe: id, after: 0 }));
  await expect.poll(() => refused).toHaveLength(20);
  expect(new Set(refused)).toEqual(new Set(['too_many_feeds']));
  // Of each feed: its session, the last number of the log, and its events.
  expect(reads.mock.calls.length).toBeLessThanOrEqual(4 * ids.length);
  reads.mockClear();
  append(0);
  expect(reads.mock.calls.length).toBeLessThanOrEqual(2);
});

it('drops a reader that answers no ping', async () => {
  const { connect } = await log({ pingMs: 20 });
  const silent = connect({}, true);
  const [code] = (await once(silent, 'close')) as [number];
  expect(code).toBe(1006);
});

it('refuses a page of another site', async () => {
  const { connect } = await log();
  const socket = connect({ Origin: 'https://evil.example' });
  const [error] = (await once(socket, 'error')) as [Error];
  expect(error.message).toContain('403');
});
