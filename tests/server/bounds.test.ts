/** What input and length decide stays small: places in a long line, long receipts, millions of chunks, large bundles. */
import { crc32 } from 'node:zlib';
import { expect, test, vi } from 'vitest';
import { MANIFEST, type Manifest } from '../../db/bundle/bundle.ts';
import { readReceipt } from '../../db/bundle/receipt.ts';
import { TAR_END, tarFiles, tarHeader, tarPadding } from '../../db/bundle/tar.ts';
import { eventsAfter, lastSeq } from '../../db/events.ts';
import { insertSession, listSessions } from '../../db/sessions.ts';
import { importBundle } from '../../server/turns/bundles.ts';
import type { TurnView } from '../../studio/protocol.ts';
import { type Client, freshFolders, QUICK, serve } from './harness.ts';
import { colour, marked } from './marked-picture.ts';

// On machines that are busy with other things.
vi.setConfig({ testTimeout: 600_000 });

/** How many transactions with events were there, and how many events. */
function counted(client: Client): { commits: number; events: Map<string, number> } {
  const count = { commits: 0, events: new Map<string, number>() };
  client.runtime.db.onEvents((events) => {
    count.commits += 1;
    for (const { type } of events) count.events.set(type, (count.events.get(type) ?? 0) + 1);
  });
  return count;
}

test('a line of 120: each job is told its place few times, and a session that waits in it goes in one step', async () => {
  const client = await (await serve()).ready();
  await client.call('POST', '/api/queue', { paused: true });
  const [first, second] = [(await client.newSession()).id, (await client.newSession()).id];
  for (let place = 0; place < 120; place += 1)
    expect(
      (await client.turn(place < 60 ? first : second, { prompt: `${place}`, options: QUICK })).status,
    ).toBe(202);
  const { queue } = client.runtime;
  expect(queue.view('local').entries).toHaveLength(120);
  const count = counted(client);
  expect((await client.call('DELETE', `/api/sessions/${first}`)).status).toBe(204);
  expect(queue.view('local').entries.map(({ position }) => position)).toEqual(
    Array.from({ length: 60 }, (_, place) => place),
  );
  await expect.poll(() => count.events.get('queue.updated')).toBeGreaterThan(0);
  expect(count.events.get('job.cancelled')).toBe(60);
  expect(count.commits).toBeLessThan(10);
  // From here on one after the other leaves at the front.
  count.events.clear();
  for (const { job } of queue.view('local').entries.slice(0, 40)) queue.cancel(job.id);
  await expect
    .poll(() => eventsAfter(client.runtime.db, 'local', 'queue', 0, 10_000).at(-1)?.payload)
    .toMatchObject({ queue: { entries: { length: 20 } } });
  // Some 1,600, were all of them told each time.
  expect(count.events.get('job.position')).toBeLessThan(1_000);
});

const chunk = (type: string, data: Buffer): Buffer => {
  const body = Buffer.concat([Buffer.from(type, 'latin1'), data]);
  const bytes = Buffer.alloc(body.length + 8);
  bytes.writeUInt32BE(data.length, 0);
  body.copy(bytes, 4);
  bytes.writeUInt32BE(crc32(body), body.length + 4);
  return bytes;
};

test('a receipt of 600 turns comes back in parts; one of 20,000 is a picture like any other', {
  timeout: 300_000,
}, async () => {
  // Made before there are connections: it holds this process up, and an idle one would be closed meanwhile.
  const [long, endless] = [await marked(600), await marked(20_000)];
  const client = await (await serve()).ready();
  const { id } = await client.newSession();
  const count = counted(client);
  const { status, body } = await client.call<{ restored: { turns: TurnView[] } }>(
    'POST',
    `/api/sessions/${id}/uploads`,
    long,
  );
  expect([status, body.restored.turns.length]).toEqual([201, 600]);
  expect(count.commits).toBeGreaterThan(10);
  const { turns } = await client.open(id);
  expect(turns.map(({ prompt }) => prompt)).toEqual(
    Array.from({ length: 600 }, (_, place) => `edit ${place}`),
  );
  expect(turns.at(-1)!.pictures).toHaveLength(1);
  const other = (await client.newSession()).id;
  await client.call('POST', `/api/sessions/${other}/uploads`, endless);
  expect((await client.open(other)).turns).toHaveLength(1);
});

test('a file with more chunks than any program writes has no receipt', async () => {
  const png = await marked(1);
  const empty = chunk('tEXt', Buffer.alloc(0));
  const many = Buffer.concat([png.subarray(0, 33), ...Array<Buffer>(200_000).fill(empty), png.subarray(33)]);
  expect(readReceipt(png)).not.toBeNull();
  expect(readReceipt(many)).toBeNull();
});

async function* inOne(bytes: Uint8Array): AsyncGenerator<Uint8Array> {
  yield bytes;
}

/** The files of a session's bundle. */
async function filesOf(client: Client): Promise<[string, Buffer][]> {
  const { id } = await client.newSession();
  for (const background of ['#f00', '#0f0', '#00f']) await client.upload(id, await colour(background));
  const bytes = await (await fetch(`${client.server.url}/api/sessions/${id}/export`)).arrayBuffer();
  const files: [string, Buffer][] = [];
  for await (const { name, body } of tarFiles(inOne(new Uint8Array(bytes))))
    files.push([name, Buffer.concat(await Array.fromAsync(body))]);
  return files;
}

const tarOf = (files: readonly (readonly [string, Buffer])[]): Buffer =>
  Buffer.concat([
    ...files.flatMap(([name, bytes]) => [tarHeader(name, bytes.length), bytes, tarPadding(bytes.length)]),
    TAR_END,
  ]);

test('a bundle with a second graph, with pixels that are no picture, or with another size than it says is refused', async () => {
  const client = await serve();
  const files = await filesOf(client);
  const [[, graph] = ['', Buffer.alloc(0)], ...blobs] = files;
  const before = [...client.runtime.blobs.all()].length;
  const manifest = (change: (manifest: Manifest) => void): [string, Buffer] => {
    const changed = JSON.parse(String(graph)) as Manifest;
    change(changed);
    return [MANIFEST, Buffer.from(JSON.stringify(changed))];
  };
  const bad: [string, Buffer][][] = [
    [...files, files[0]!],
    [
      manifest(({ turns }) => {
        turns[0]!.pictures[0]!.widthPx = 65;
      }),
      ...blobs,
    ],
    [
      manifest(({ blobs: named }) => {
        named[0]!.sizeBytes += 1;
      }),
      ...blobs,
    ],
    [
      manifest(({ turns }) => {
        turns[0]!.prompt = 'x'.repeat(300_000);
      }),
      ...blobs,
    ],
    [...files, blobs[0]!],
  ];
  for (const each of bad)
    expect(await client.call('POST', '/api/sessions/import', tarOf(each))).toMatchObject({
      status: 400,
      body: { error: { code: 'bad_bundle' } },
    });
  expect([...client.runtime.blobs.all()]).toHaveLength(before);
  expect((await client.call('POST', '/api/sessions/import', tarOf(files))).status).toBe(201);
});

test('a large bundle comes in on a thread of its own and in short transactions; nobody sees half of it, and a crash leaves none', async () => {
  const { dataDir } = freshFolders();
  const client = await serve({ dataDir });
  const files = await filesOf(client);
  const manifest = JSON.parse(String(files[0]![1])) as Manifest;
  const [turn] = manifest.turns;
  for (let position = 4; position <= 3_000; position += 1)
    manifest.turns.push({ ...turn!, position, prompt: 'a long session '.repeat(10), pictures: [] });
  manifest.session.lastPosition = 3_000;
  const large = tarOf([[MANIFEST, Buffer.from(JSON.stringify(manifest))], ...files.slice(1)]);
  const { db, blobs } = client.runtime;
  const before = listSessions(db, 'local').length;
  // How many turns there are at the beginning of each transaction, and how many sessions are seen then.
  const seen: [turns: number, sessions: number][] = [];
  const write = db.write.bind(db);
  vi.spyOn(db, 'write').mockImplementation((work) => {
    const turns = db.orm.get<{ n: number }>('SELECT count(*) AS n FROM turns')!.n;
    seen.push([turns, listSessions(db, 'local').length]);
    return write(work);
  });
  const session = await importBundle({ db, blobs, owner: 'local' }, inOne(large));
  vi.restoreAllMocks();
  expect(seen.length).toBeGreaterThan(6);
  expect(seen.some(([turns]) => turns > 100 && turns < 3_003)).toBe(true);
  expect(new Set(seen.map(([, sessions]) => sessions))).toEqual(new Set([before]));
  expect(session.pictureCount).toBe(3);
  expect((await client.open(session.id)).turns).toHaveLength(3_000);

  // What a kill leaves half-way is of nobody.
  db.write(() => insertSession(db, 'import:local', 'half'));
  const events = lastSeq(db);
  await client.close();
  const again = await serve({ dataDir });
  const count = again.runtime.db.orm.get<{ n: number }>(
    `SELECT count(*) AS n FROM sessions WHERE owner LIKE 'import:%'`,
  );
  expect(count!.n).toBe(0);
  expect(lastSeq(again.runtime.db)).toBeGreaterThanOrEqual(events);
});
