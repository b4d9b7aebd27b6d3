/** A database that is lost or damaged is never replaced in silence: start and commands say so and what to do, and nothing is deleted. */
import {
  copyFileSync,
  existsSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  truncateSync,
  writeFileSync,
} from 'node:fs';
import { dirname, join } from 'node:path';
import BetterSqlite from 'better-sqlite3';
import { sql } from 'drizzle-orm';
import sharp from 'sharp';
import { expect, test, vi } from 'vitest';
import { runBackupCommand } from '../../command/backup.ts';
import { runDataCommand } from '../../command/data-commands.ts';
import { sha256Of } from '../../db/blobs.ts';
import { copiesIn } from '../../db/folder/copies.ts';
import { DataFolderError } from '../../db/folder/folder-lock.ts';
import { openDatabase } from '../../db/folder/open-database.ts';
import { Quarantine } from '../../db/folder/quarantine.ts';
import { insertSession } from '../../db/sessions.ts';
import { Labeller } from '../../server/upkeep/label-pictures.ts';
import { BlobCheck } from '../../server/upkeep/verify-blobs.ts';
import type { Health, TurnView } from '../../studio/protocol.ts';
import { freshFolders, QUICK, serve } from './harness.ts';
import { marked } from './marked-picture.ts';

// Pictures are drawn by the real engine, on machines that are busy with other things.
vi.setConfig({ testTimeout: 600_000 });

const NAME = 'palimpsest.sqlite';

/** A data folder that a server was stopped over, with one uploaded picture. */
async function used(): Promise<{ dataDir: string; hashes: string[]; sessionId: string }> {
  const { dataDir } = freshFolders();
  const client = await serve({ dataDir });
  const { id } = await client.newSession();
  const red = { width: 64, height: 64, channels: 3, background: '#f00' } as const;
  expect((await client.upload(id, await sharp({ create: red }).png().toBuffer())).status).toBe(201);
  await client.close();
  return { dataDir, sessionId: id, hashes: blobsIn(dataDir) };
}

function blobsIn(dataDir: string): string[] {
  const root = join(dataDir, 'blobs');
  return readdirSync(root, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile() && entry.name.length === 62)
    .map(({ parentPath, name }) => parentPath.slice(-2) + name)
    .sort();
}

/** What a command printed, and its exit code. */
async function said(command: string, data: string, options = {}): Promise<{ code: number; text: string }> {
  const lines: string[] = [];
  const spy = vi.spyOn(console, 'log').mockImplementation((line) => void lines.push(String(line)));
  try {
    const code = await runDataCommand(command, [], { data, ...options });
    return { code, text: lines.join('\n') };
  } finally {
    spy.mockRestore();
  }
}

const LOSSES: [string, (dataDir: string) => void][] = [
  ['is gone', (dataDir) => rmSync(join(dataDir, NAME))],
  ['was cut to nothing', (dataDir) => truncateSync(join(dataDir, NAME))],
  [
    'was replaced by an empty one',
    (dataDir) => {
      rmSync(join(dataDir, NAME));
      const other = new BetterSqlite(join(dataDir, NAME));
      other.exec('CREATE TABLE other (a)');
      other.close();
    },
  ],
];

test.each(LOSSES)(
  'a database that %s stops start, import and fsck, each with what to do',
  async (_, lose) => {
    const { dataDir, hashes } = await used();
    lose(dataDir);
    const start = serve({ dataDir });
    await expect(start).rejects.toThrow(DataFolderError);
    await expect(start).rejects.toThrow(/palimpsest\.sqlite.*PALIMPSEST_DATA.*fsck --repair/s);
    await expect(said('import', dataDir)).rejects.toThrow(DataFolderError);
    const { code, text } = await said('fsck', dataDir);
    expect([code, text]).toEqual([1, expect.stringContaining('fsck --repair')]);
    expect(text).not.toContain('is whole');
    for (const hash of hashes) expect(text).toContain(hash);
    expect(blobsIn(dataDir)).toEqual(hashes);
  },
);

/** A session of uploads and an edit chain, with its labels written. */
async function labelled(): Promise<{
  dataDir: string;
  sessionId: string;
  hashes: string[];
  turns: TurnView[];
}> {
  const { dataDir } = freshFolders();
  const client = await (await serve({ dataDir })).ready();
  const { id } = await client.newSession();
  await client.turn(id, { prompt: 'a fox', options: QUICK });
  await client.turn(id, { prompt: 'at night', mode: 'edit', options: QUICK });
  await client.untilEnds(id, 2);
  const { db } = client.runtime;
  const labeller = new Labeller(db, dataDir);
  while ((await labeller.labelSome()) > 0);
  const { turns } = await client.open(id);
  await client.close();
  return { dataDir, sessionId: id, hashes: blobsIn(dataDir), turns };
}

/** All but what is measured later. */
const factsOf = (turns: readonly TurnView[]) =>
  turns.map(({ id, prompt, recipe, inputs, pictures }) => ({
    ...{ id, prompt, recipe, inputs },
    pictures: pictures.map((picture) => ({ ...picture, drift: null })),
  }));

test('the repair of a folder without its database brings back what the labels beside the pictures say', async () => {
  const { dataDir, hashes, sessionId, turns } = await labelled();
  rmSync(join(dataDir, NAME));
  const { code, text } = await said('fsck', dataDir, { repair: true });
  expect(text).toMatch(/2 pictures of 2 turns came back/);
  expect(code).toBe(0);
  expect(blobsIn(dataDir)).toEqual(hashes);
  const client = await (await serve({ dataDir })).ready();
  const back = await client.open(sessionId);
  expect(factsOf(back.turns)).toEqual(factsOf(turns));
  expect(back.session.headPictureId).toBe(turns[1]!.pictures[0]!.id);
  // The branch goes on from there.
  await client.turn(sessionId, { prompt: 'with a hat', mode: 'edit', options: QUICK });
  await client.untilEnds(sessionId, 1);
  expect((await client.open(sessionId)).turns).toHaveLength(3);
});

test('the repair of a folder without database and labels moves all pictures aside, and puts them back when it comes back', async () => {
  const { dataDir, hashes, sessionId } = await used();
  rmSync(join(dataDir, 'labels'), { recursive: true, force: true });
  const away = `${dataDir}-away.sqlite`;
  renameSync(join(dataDir, NAME), away);
  await said('fsck', dataDir, { repair: true });
  expect(blobsIn(dataDir)).toEqual([]);
  const quarantine = join(dataDir, 'quarantine');
  const manifest = readFileSync(join(quarantine, 'manifest.jsonl'), 'utf8').trim().split('\n');
  const moved = manifest.map((line) => JSON.parse(line) as { file: string; from: string; why: string });
  expect(moved).toHaveLength(hashes.length);
  for (const { file, from } of moved) {
    expect(from.startsWith('blobs/')).toBe(true);
    expect(file.startsWith(sha256Of(readFileSync(join(quarantine, file))))).toBe(true);
    expect(file.endsWith('.png')).toBe(true);
  }
  // A server can begin anew over it, and the old one can come back.
  const client = await serve({ dataDir });
  expect((await client.newSession()).id).not.toBe(sessionId);
  await client.close();
  renameSync(away, join(dataDir, NAME));
  expect((await said('fsck', dataDir)).code).toBe(1);
  const repaired = await said('fsck', dataDir, { repair: true });
  expect([repaired.code, repaired.text]).toEqual([0, expect.stringContaining('put back')]);
  expect(blobsIn(dataDir)).toEqual(hashes);
  expect((await said('fsck', dataDir, { deep: true })).code).toBe(0);
});

test('files that no row names are not whole; the repair moves them aside with a manifest', async () => {
  const { dataDir } = await used();
  const stray = Buffer.from('stray');
  const hash = sha256Of(stray);
  const file = join(dataDir, 'blobs', hash.slice(0, 2), hash.slice(2));
  mkdirSync(dirname(file), { recursive: true });
  writeFileSync(file, stray);
  expect(await said('fsck', dataDir)).toEqual({ code: 1, text: expect.stringContaining(hash) });
  expect((await said('fsck', dataDir, { repair: true })).code).toBe(0);
  expect((await said('fsck', dataDir)).code).toBe(0);
  const [moved] = readdirSync(join(dataDir, 'quarantine')).filter((name) => name.startsWith(hash));
  expect(readFileSync(join(dataDir, 'quarantine', moved!))).toEqual(stray);
});

const DAMAGES: [string, (file: string) => void][] = [
  ['no database at all', (file) => writeFileSync(file, 'x'.repeat(20_000))],
  [
    'a database with a page overwritten',
    (file) => {
      const bytes = readFileSync(file);
      for (let at = 4_096; at < bytes.length; at += 8_192) bytes.fill(0x5a, at, at + 4_096);
      writeFileSync(file, bytes);
    },
  ],
];

test.each(DAMAGES)('%s in its place: start and fsck say which file and what to do', async (_, damage) => {
  const { dataDir, hashes } = await used();
  damage(join(dataDir, NAME));
  const damaged = readFileSync(join(dataDir, NAME));
  await expect(serve({ dataDir })).rejects.toThrow(/palimpsest\.sqlite.*damaged.*fsck --repair/s);
  const { code, text } = await said('fsck', dataDir);
  expect([code, text]).toEqual([1, expect.stringMatching(/palimpsest\.sqlite.*damaged/)]);
  expect(blobsIn(dataDir)).toEqual(hashes);
  rmSync(join(dataDir, 'labels'), { recursive: true, force: true });
  await said('fsck', dataDir, { repair: true });
  const quarantine = join(dataDir, 'quarantine');
  const kept = readdirSync(quarantine).find((name) => name.endsWith('.sqlite'));
  expect(Buffer.compare(readFileSync(join(quarantine, kept!)), damaged)).toBe(0);
  expect(readdirSync(quarantine).filter((name) => name.endsWith('.png'))).toHaveLength(hashes.length);
  openDatabase(dataDir).close();
});

test('pictures that carry their own receipts come back with their branches when nothing else is left', async () => {
  const { dataDir } = freshFolders();
  const client = await serve({ dataDir });
  const { id } = await client.newSession();
  expect((await client.upload(id, await marked(4))).status).toBe(201);
  await client.close();
  rmSync(join(dataDir, NAME));
  rmSync(join(dataDir, 'labels'), { recursive: true, force: true });
  const { text } = await said('fsck', dataDir, { repair: true });
  expect(text).toContain('1 pictures came back by the receipts in them');
  const again = await serve({ dataDir });
  const { body } = await again.call<{ sessions: { id: string; title: string }[] }>('GET', '/api/sessions');
  expect(body.sessions.map(({ title }) => title)).toEqual(['Found pictures']);
  const { turns } = await again.open(body.sessions[0]!.id);
  expect(turns.map(({ prompt, pictures }) => [prompt, pictures.length])).toEqual([
    ...['edit 0', 'edit 1', 'edit 2'].map((prompt) => [prompt, 0]),
    ['edit 3', 1],
  ]);
});

test('of a database with some pages overwritten all other rows are saved, and labels bring back what was on them', async () => {
  const { dataDir, sessionId, turns } = await labelled();
  const file = join(dataDir, NAME);
  const before = new BetterSqlite(file);
  // Enough rows that a table has many pages.
  before.exec(`WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 3000)
    INSERT INTO events (session_id, type, payload, at) SELECT '${sessionId}', 'filler', '"' || hex(zeroblob(60)) || '"', i FROM n`);
  const pages = before
    .prepare(`SELECT pageno FROM dbstat WHERE name = ? AND pagetype = 'leaf' ORDER BY pageno`)
    .pluck();
  const hit = [...(pages.all('events') as number[]).slice(20, 23), ...(pages.all('pictures') as number[])];
  const all = before.prepare('SELECT count(*) FROM events').pluck().get() as number;
  before.pragma('wal_checkpoint(TRUNCATE)');
  before.close();
  const bytes = readFileSync(file);
  for (const page of hit) bytes.fill(0x5a, (page - 1) * 4_096, page * 4_096);
  writeFileSync(file, bytes);
  const { code, text } = await said('fsck', dataDir, { repair: true });
  expect(text).toMatch(/events {2}\d+ rows were read; others could not be/);
  expect(code).toBe(0);
  const after = openDatabase(dataDir);
  const left = after.orm.get<{ n: number }>(sql`SELECT count(*) AS n FROM events`)!.n;
  after.close();
  expect(left).toBeLessThan(all);
  expect(left).toBeGreaterThan(all - 120);
  const client = await serve({ dataDir });
  const back = await client.open(sessionId);
  expect(back.turns.map(({ id, pictures }) => [id, pictures.length])).toEqual(turns.map(({ id }) => [id, 1]));
});

test('a migration leaves a copy of what was; going back to it says what it does not have, and deletes nothing', async () => {
  const { dataDir } = freshFolders();
  mkdirSync(dataDir, { recursive: true });
  copyFileSync(join(import.meta.dirname, '../db/schemas/0002.sqlite'), join(dataDir, NAME));
  const before = copiesIn(dataDir);
  openDatabase(dataDir).close();
  const [copy] = copiesIn(dataDir);
  expect([before, copiesIn(dataDir)]).toEqual([[], [copy]]);
  const db = openDatabase(dataDir);
  db.write(() => insertSession(db, 'local', 'newer'));
  db.close();
  expect(copiesIn(dataDir)).toHaveLength(1);
  const lines: string[] = [];
  const spy = vi.spyOn(console, 'log').mockImplementation((line) => void lines.push(String(line)));
  expect(await runBackupCommand('downgrade', [], { data: dataDir })).toBe(0);
  expect(await runBackupCommand('downgrade', [copy!.name], { data: dataDir })).toBe(0);
  spy.mockRestore();
  expect(lines.filter((line) => line.includes('does not have 1 sessions'))).toHaveLength(2);
  expect(Buffer.compare(readFileSync(join(dataDir, NAME)), readFileSync(copy!.file))).toBe(0);
  expect(readdirSync(join(dataDir, 'quarantine'))).toContain(NAME);
});

test('a stored file that was damaged or lost is noticed by itself; one that was moved aside comes back', async () => {
  const { dataDir } = freshFolders();
  const client = await serve({ dataDir });
  const { id } = await client.newSession();
  for (const background of ['#f00', '#0f0', '#00f'])
    await client.upload(
      id,
      await sharp({ create: { width: 64, height: 64, channels: 3, background } })
        .png()
        .toBuffer(),
    );
  const { db, blobs, log } = client.runtime;
  const [first, second, third] = blobsIn(dataDir);
  writeFileSync(blobs.fileOf(first!), 'damaged');
  rmSync(blobs.fileOf(second!));
  new Quarantine(dataDir).move(blobs.fileOf(third!), `${third}.png`, 'unused');
  const check = new BlobCheck({ db, blobs, log });
  await expect.poll(() => check.checkSome()).toBe(true);
  expect([...check.faulty].sort()).toEqual([first, second]);
  expect(blobs.has(third!)).toBe(true);
  // A week later everything is read again.
  expect(await check.checkSome(Date.now() + 6 * 86_400_000)).toBe(true);
  await expect.poll(() => check.checkSome(Date.now() + 8 * 86_400_000)).toBe(true);
});

test('a database that is deleted under a running server is noticed: nothing more is taken, and what was there is saved', async () => {
  const { dataDir } = freshFolders();
  const client = await (await serve({ dataDir })).ready();
  const { id } = await client.newSession();
  await client.turn(id, { options: QUICK });
  await client.untilEnds(id, 1);
  const before = await client.open(id);
  rmSync(join(dataDir, NAME));
  expect(await client.call('POST', '/api/sessions')).toMatchObject({
    status: 503,
    body: { error: { code: 'database_lost' } },
  });
  const { status, body } = await client.call<Health>('GET', '/api/health');
  expect([status, body.state, body.error?.code]).toEqual([503, 'degraded', 'database_lost']);
  expect(body.error?.message).not.toContain(dataDir);
  expect((await client.turn(id, { options: QUICK })).status).toBe(503);
  await client.close();

  const start = serve({ dataDir });
  await expect(start).rejects.toThrow(/fsck --repair/);
  expect((await said('fsck', dataDir, { repair: true })).code).toBe(0);
  expect(existsSync(join(dataDir, 'palimpsest.rescued.sqlite'))).toBe(false);
  const again = await serve({ dataDir });
  expect((await again.open(id)).turns).toEqual(before.turns);
});

test('a database that is moved away and back goes on', async () => {
  const { dataDir } = freshFolders();
  const client = await serve({ dataDir });
  renameSync(join(dataDir, NAME), join(dataDir, 'away'));
  expect((await client.call('POST', '/api/sessions')).status).toBe(503);
  renameSync(join(dataDir, 'away'), join(dataDir, NAME));
  expect((await client.call('POST', '/api/sessions')).status).toBe(201);
});
