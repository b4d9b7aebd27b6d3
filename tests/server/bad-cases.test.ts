/** When the world around is broken: each time a clear message, and nothing lost. */
import { execFileSync } from 'node:child_process';
import { rmSync } from 'node:fs';
import { join } from 'node:path';
import BetterSqlite from 'better-sqlite3';
import { expect, it, onTestFinished, test, vi } from 'vitest';
import { BlobStore } from '../../db/blobs.ts';
import { FolderInUseError } from '../../db/folder/folder-lock.ts';
import { openDatabase } from '../../db/folder/open-database.ts';
import { insertSession, listSessions, touchSession } from '../../db/sessions.ts';
import type { SearchPage, SessionEvent, SessionPage } from '../../studio/protocol.ts';
import { freshFolders, isEnd, QUICK, serve, serveFaulty } from './harness.ts';
import { smallDisk } from './small-disk.ts';

const remount = (folder: string, options: string) =>
  execFileSync('mount', ['-o', `remount,${options}`, folder], { stdio: 'ignore' });

test.for([
  { size: '3m', sidePx: 512 },
  { size: '4m', sidePx: 512 },
  { size: '4200k', sidePx: 480 },
  { size: '4m', sidePx: 256 },
])(
  'a full disk ($size, $sidePx px): the turn is refused or fails with a reason, what was there stays, and it goes on after',
  async ({ size, sidePx }, context) => {
    const disk = smallDisk(`size=${size}`);
    if (!disk) return context.skip();
    const folders = { ...freshFolders(), dataDir: join(disk, 'data') };
    // An engine that makes large pictures at once: how they come about is no matter here.
    const client = await (await serveFaulty(folders)).ready();
    const { id } = await client.newSession();
    await client.turn(id, { prompt: 'a fox', options: { steps: 1 } });
    await client.until(id, isEnd);
    /** The code of the refusal or of the failure; undefined for a turn that was drawn. */
    const refusalOf = async (prompt: string, side: number) => {
      const options = { steps: 1, widthPx: side, heightPx: side };
      const { status, body } = await client.turn(id, { prompt, options });
      if (status !== 202) return body.error!.code;
      const isItsEnd = (event: SessionEvent) => isEnd(event) && event.jobId === body.job.id;
      const end = (await client.until(id, isItsEnd)).at(-1)!;
      return end.type === 'job.failed' ? end.payload.job.error!.code : undefined;
    };
    let refusal: string | undefined;
    for (let turn = 0; turn < 200 && !refusal; turn += 1)
      refusal = await refusalOf(`a large fox ${turn}`, sidePx);
    expect(refusal).toBe('disk_full');
    expect((await client.open(id)).turns[0]!.pictures).toHaveLength(1);
    remount(disk, 'size=64m');
    expect(await refusalOf('room again', 64)).toBeUndefined();
  },
);

test('a read-only data folder stops the start with what to do', (context) => {
  const disk = smallDisk('size=4m');
  if (!disk) return context.skip();
  openDatabase(join(disk, 'data')).close();
  remount(disk, 'ro');
  expect(() => openDatabase(join(disk, 'data'))).toThrow(/cannot be written.*PALIMPSEST_DATA/);
  expect(() => openDatabase(join(disk, 'other'))).toThrow(/cannot be written.*PALIMPSEST_DATA/);
  remount(disk, 'rw');
  openDatabase(join(disk, 'data')).close();
});

it('waits for another program that holds the database, then says so; after it, all goes on', async () => {
  const { dataDir } = freshFolders();
  const client = await (await serve({ dataDir })).ready();
  const { id } = await client.newSession();
  const other = new BetterSqlite(join(dataDir, 'palimpsest.sqlite'));
  other.exec('BEGIN IMMEDIATE');
  expect(await client.turn(id, { options: QUICK })).toMatchObject({
    status: 503,
    body: { error: { code: 'database_busy' } },
  });
  expect((await client.open(id)).turns).toEqual([]);
  other.exec('ROLLBACK');
  other.close();
  expect((await client.turn(id, { options: QUICK })).status).toBe(202);
  await client.until(id, isEnd);
});

it('gives one folder to one server', () => {
  const { dataDir } = freshFolders();
  const db = openDatabase(dataDir);
  expect(() => openDatabase(dataDir)).toThrow(FolderInUseError);
  expect(() => openDatabase(dataDir)).toThrow(/Stop that one, or give this one its own folder/);
  db.close();
  openDatabase(dataDir).close();
});

it('says which blob is missing, fails only what needs it, and keeps the rest', async () => {
  const { dataDir } = freshFolders();
  const client = await (await serve({ dataDir })).ready();
  const { id } = await client.newSession();
  for (const prompt of ['a fox', 'a cat']) await client.turn(id, { prompt, options: QUICK });
  await client.untilEnds(id, 2);
  const [fox, cat] = (await client.open(id)).turns.map(({ pictures }) => pictures[0]!);
  rmSync(new BlobStore(join(dataDir, 'nowhere')).fileOf(fox!.hash).replace('nowhere/', ''));
  const served = await fetch(`${client.server.url}/images/${fox!.hash}`);
  expect([served.status, await served.text()]).toEqual([
    404,
    expect.stringContaining('missing from the data folder'),
  ]);
  const edit = (pictureId: string) =>
    client.turn(id, {
      prompt: 'x',
      mode: 'edit',
      options: QUICK,
      inputs: [{ pictureId, role: 'target' }],
    });
  await edit(fox!.id);
  await edit(cat!.id);
  await client.untilEnds(id, 4);
  expect((await client.open(id)).turns.slice(2).map(({ job }) => job!.error?.code ?? job!.state)).toEqual([
    'blob_missing',
    'done',
  ]);
  const exported = await fetch(`${client.server.url}/api/sessions/${id}/export`);
  expect([exported.status, exported.headers.get('palimpsest-left-out')]).toEqual([200, 'v1']);
});

it('keeps the order of things when the clock is set back, also over a restart', () => {
  const { dataDir } = freshFolders();
  let db = openDatabase(dataDir);
  const [first, second] = db.write(() => [
    insertSession(db, 'local', 'first'),
    insertSession(db, 'local', 'second'),
  ]);
  const clock = vi.spyOn(Date, 'now').mockReturnValue(1_000);
  onTestFinished(() => clock.mockRestore());
  db.write(() => touchSession(db, first.id));
  expect(listSessions(db, 'local').map(({ id }) => id)).toEqual([first.id, second.id]);
  db.close();
  db = openDatabase(dataDir);
  db.write(() => touchSession(db, second.id));
  expect(listSessions(db, 'local').map(({ id }) => id)).toEqual([second.id, first.id]);
  const times = [1, 2, 3].map(() => db.now());
  expect(times).toEqual(times.toSorted((one, other) => one - other));
  expect(new Set(times).size).toBe(3);
  db.close();
});

it('takes long prompts, emoji and writing from right to left, whole', async () => {
  const client = await (await serve()).ready();
  const prompts = [
    `a fox ${'and another one '.repeat(620)}`.slice(0, 10_000),
    'שועל על גבעות ירוקות',
    '👩‍👩‍👧‍👦🦊 family portrait 🇺🇦',
    'a\u0000b\u202Ec',
  ];
  for (const prompt of prompts) {
    const { id } = await client.newSession();
    const { status } = await client.turn(id, { prompt, options: QUICK });
    expect(status).toBe(202);
    await client.until(id, isEnd);
    const { session, turns } = await client.open(id);
    expect(turns[0]).toMatchObject({ prompt, job: { state: 'done' } });
    expect(session.title).not.toBe('');
    expect(session.title.isWellFormed()).toBe(true);
  }
  const found = await client.call<SearchPage>('GET', `/api/search?q=${encodeURIComponent('גבעות')}`);
  expect(found.body.hits.length).toBeGreaterThan(0);
  expect(found.body.hits[0]!.snippet.some(({ match, text }) => match && text === 'גבעות')).toBe(true);
  const page = await client.call<SessionPage>('GET', '/api/sessions?limit=3');
  expect(page.body.sessions).toHaveLength(3);
  const rest = await client.call<SessionPage>('GET', `/api/sessions?limit=3&cursor=${page.body.nextCursor}`);
  expect([rest.body.sessions.length, rest.body.nextCursor]).toEqual([1, null]);
  expect((await client.call('GET', '/api/sessions?cursor=x')).status).toBe(400);
});
