/**
 * The page's subscription where the network does not behave: sockets that are refused, that never open, that open and stay silent,
 * that fall silent later. A real server, real sockets, real requests; what stands between them plays the network.
 */
import { mkdtempSync, rmSync } from 'node:fs';
import { createServer, type IncomingMessage, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Duplex } from 'node:stream';
import { afterEach, beforeAll, expect, onTestFinished, test } from 'vitest';
import { openEventSocket } from '../../app/components/api/event-socket.ts';
import { openDatabase } from '../../db/folder/open-database.ts';
import { insertSession } from '../../db/sessions.ts';
import { eventPage } from '../../server/http/event-feeds.ts';
import { EventSockets } from '../../server/http/event-sockets.ts';
import type { SessionEvent } from '../../studio/protocol.ts';

/** What becomes of a socket on its way. */
type Way = 'open' | 'refused' | 'never answered' | 'silent';

const TIMES = { silenceMs: 400, openMs: 400, pollMs: 50 };
const BEAT_MS = 100;

beforeAll(() => {
  const page = new EventTarget();
  Object.assign(globalThis, {
    document: Object.assign(new EventTarget(), { visibilityState: 'visible' }),
    addEventListener: page.addEventListener.bind(page),
    removeEventListener: page.removeEventListener.bind(page),
    dispatchEvent: page.dispatchEvent.bind(page),
  });
});
afterEach(() => {
  Reflect.deleteProperty(globalThis, 'location');
});

/** A log, its server, and a subscription of the page to one session. */
async function page(way: Way, http = true) {
  const folder = mkdtempSync(join(tmpdir(), 'palimpsest-events-'));
  const db = openDatabase(folder);
  const sockets = new EventSockets(db, { beatMs: BEAT_MS });
  const sessionId = db.write(() => insertSession(db, 'local', 'a').id);
  const network = { way, http, polls: 0 };
  const held: Duplex[] = [];
  const server: Server = createServer((request, response) => {
    network.polls += 1;
    const { searchParams } = new URL(request.url!, 'http://localhost');
    if (!network.http) request.socket.destroy();
    else
      response.end(
        JSON.stringify(
          eventPage(
            { db, owner: 'local' },
            { feed: searchParams.get('feed')!, after: Number(searchParams.get('after')) },
          ),
        ),
      );
  });
  server.on('upgrade', (request: IncomingMessage, socket: Duplex, head: Buffer) => {
    held.push(socket);
    if (network.way === 'refused') socket.end('HTTP/1.1 403 Forbidden\r\n\r\n');
    else if (network.way === 'never answered') socket.on('error', () => {});
    else {
      sockets.upgrade(request, socket, head, 'local');
      // A proxy that takes the answer to the handshake through, and nothing after it.
      if (network.way === 'silent') hush(socket);
    }
  });
  await new Promise<void>((listening) => server.listen(0, '127.0.0.1', listening));
  const { port } = server.address() as AddressInfo;
  const { fetch } = globalThis;
  Object.assign(globalThis, {
    location: { protocol: 'http:', host: `127.0.0.1:${port}` },
    fetch: (path: string, init: RequestInit) =>
      fetch(path.startsWith('/') ? `http://127.0.0.1:${port}${path}` : path, init),
  });
  const seen: SessionEvent[] = [];
  const connected: boolean[] = [];
  const close = openEventSocket({
    ...{ feed: sessionId, after: 0, times: TIMES },
    onEvents: (events) => seen.push(...events),
    onConnected: (is) => connected.push(is),
  });
  onTestFinished(() => {
    close();
    sockets.close();
    for (const socket of held) socket.destroy();
    server.closeAllConnections();
    server.close();
    db.close();
    rmSync(folder, { recursive: true });
    Object.assign(globalThis, { fetch });
  });
  const append = () => db.write(() => db.append({ sessionId, jobId: null, type: 'stage', payload: {} }));
  return { network, seen, connected, append, held };
}

/** From now on nothing that is written to a connection leaves. */
function hush(socket: Duplex): void {
  socket.write = (() => true) as typeof socket.write;
}

const waiting = { timeout: 20_000 };

test('a socket that works needs no requests', async () => {
  const { network, seen, append, connected } = await page('open');
  append();
  await expect.poll(() => seen, waiting).toHaveLength(1);
  append();
  await expect.poll(() => seen, waiting).toHaveLength(2);
  expect([network.polls, connected.at(-1)]).toEqual([0, true]);
});

test.each(['refused', 'never answered', 'silent'] as const)(
  'a socket that is %s: events come over HTTP, in order, once',
  async (way) => {
    const { seen, append, connected } = await page(way);
    const first = append();
    await expect.poll(() => seen, waiting).toHaveLength(1);
    const second = append();
    await expect.poll(() => seen, waiting).toHaveLength(2);
    expect(seen.map(({ seq }) => seq)).toEqual([first.seq, second.seq]);
    expect(connected.at(-1)).toBe(true);
  },
);

test('a socket that falls silent is given up, and one that speaks again takes over', async () => {
  const { network, seen, append, connected, held } = await page('open');
  append();
  await expect.poll(() => seen, waiting).toHaveLength(1);
  network.way = 'silent';
  for (const socket of held) hush(socket);
  append();
  await expect.poll(() => seen, waiting).toHaveLength(2);
  expect(network.polls).toBeGreaterThan(0);
  network.way = 'open';
  dispatchEvent(new Event('online'));
  await expect
    .poll(async () => {
      const before = network.polls;
      await new Promise((next) => setTimeout(next, 4 * TIMES.pollMs));
      return network.polls - before;
    }, waiting)
    .toBe(0);
  append();
  await expect.poll(() => seen, waiting).toHaveLength(3);
  expect(connected.at(-1)).toBe(true);
});

test('where neither way is open it says so, and catches up when one is', async () => {
  const { network, seen, append, connected } = await page('refused', false);
  append();
  await expect.poll(() => connected.at(-1), waiting).toBe(false);
  network.http = true;
  await expect.poll(() => seen, waiting).toHaveLength(1);
  expect(connected.at(-1)).toBe(true);
});
