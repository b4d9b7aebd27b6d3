/** A database that is lost or damaged is never replaced in silence: start and commands say so and what to do, and nothing is deleted. */
import {
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
import sharp from 'sharp';
import { expect, test, vi } from 'vitest';
import { runDataCommand } from '../../command/data-commands.ts';
import { sha256Of } from '../../db/blobs.ts';
import { DataFolderError } from '../../db/folder/folder-lock.ts';
import { openDatabase } from '../../db/folder/open-database.ts';
import type { Health } from '../../studio/protocol.ts';
import { freshFolders, QUICK, serve } from './harness.ts';

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

test('the repair of a folder without its database moves all pictures aside, and puts them back when it comes back', async () => {
  const { dataDir, hashes, sessionId } = await used();
  const away = `${dataDir}-away.sqlite`;
  renameSync(join(dataDir, NAME), away);
  const { code } = await said('fsck', dataDir, { repair: true });
  expect(code).toBe(1);
  expect(blobsIn(dataDir)).toEqual([]);
  const quarantine = join(dataDir, 'quarantine');
  const manifest = readFileSync(join(quarantine, 'manifest.jsonl'), 'utf8').trim().split('\n');
  const moved = manifest.map((line) => JSON.parse(line) as { file: string; from: string; why: string });
  expect(moved).toHaveLength(hashes.length);
  for (const { file, from, why } of moved) {
    expect([from.startsWith('blobs/'), why]).toEqual([true, 'database_lost']);
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
  expect((await said('fsck', dataDir, { repair: true })).code).toBe(1);
  const quarantine = join(dataDir, 'quarantine');
  const kept = readdirSync(quarantine).find((name) => name.endsWith('.sqlite'));
  expect(Buffer.compare(readFileSync(join(quarantine, kept!)), damaged)).toBe(0);
  expect(readdirSync(quarantine).filter((name) => name.endsWith('.png'))).toHaveLength(hashes.length);
  openDatabase(dataDir).close();
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
