/** Backups of a data folder in use, to a folder and to a bucket; restored on an empty machine they are the same bytes. */
import { existsSync, mkdirSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import BetterSqlite from 'better-sqlite3';
import sharp from 'sharp';
import { expect, test, vi } from 'vitest';
import { runDataCommand } from '../../command/data-commands.ts';
import { backUp, damagedIn, readSnapshot, snapshotsOf } from '../../db/backup/backup.ts';
import { type BackupPlace, placeAt } from '../../db/backup/place.ts';
import { restore } from '../../db/backup/restore.ts';
import { snapshotName } from '../../db/backup/snapshot.ts';
import { type Client, freshFolders, QUICK, serve } from './harness.ts';
import { KEYS, serveS3 } from './s3-server.ts';

const colour = (background: string) =>
  sharp({ create: { width: 64, height: 64, channels: 3, background } })
    .png()
    .toBuffer();

/** A session with an upload and a generated picture, and the bundle that says all of it. */
async function drawn(client: Client): Promise<string> {
  const { id } = await client.newSession();
  await client.upload(id, await colour('#f00'));
  await client.turn(id, { prompt: 'a fox', options: QUICK });
  await client.untilEnds(id, 1);
  return id;
}

const exported = async (client: Client, id: string): Promise<Buffer> =>
  Buffer.from(await (await fetch(`${client.server.url}/api/sessions/${id}/export`)).arrayBuffer());

test.each(['folder', 'bucket'])(
  'a %s has what is needed, each file once; an empty machine gets the same bytes',
  async (kind) => {
    const { dataDir, modelDir } = freshFolders();
    const client = await (await serve({ dataDir })).ready();
    const id = await drawn(client);
    writeFileSync(join(dataDir, 'engines.json'), '{"unread":true}');
    const address = kind === 'folder' ? join(modelDir, 'backup') : `s3:${(await serveS3()).url}/studio`;
    const place = placeAt(address, KEYS);
    const first = await backUp(dataDir, place);
    expect(first).toMatchObject({ lost: [], removed: [] });
    // The database, engines.json, and the key that signs receipts.
    expect(first.added.files).toBe(first.blobs + 3);
    const whole = await exported(client, id);

    // Only what is new goes there a second time.
    await client.upload(id, await colour('#0f0'));
    const second = await backUp(dataDir, place);
    expect([second.blobs - first.blobs, second.added.files]).toEqual([1, 2]);
    await client.close();

    const names = await snapshotsOf(place);
    expect(names).toEqual([first.name, second.name]);
    for (const name of names)
      expect(await damagedIn(place, await readSnapshot(place, nameIn(name)))).toEqual([]);
    const empty = freshFolders().dataDir;
    await restore(place, await readSnapshot(place, nameIn(first.name)), empty);
    const report = await runDataCommand('fsck', [], { data: empty, deep: true });
    expect(report).toBe(0);
    expect(readFileSync(join(empty, 'engines.json'), 'utf8')).toBe('{"unread":true}');
    rmSync(join(empty, 'engines.json'));
    const there = await serve({ dataDir: empty });
    expect(Buffer.compare(await exported(there, id), whole)).toBe(0);
    await there.close();
    // Nothing is written over.
    await expect(restore(place, await readSnapshot(place), empty)).rejects.toThrow(/has data already/);
  },
);

const nameIn = (name: string) => name.slice('snapshots/'.length, -'.json'.length);

async function backedUp(): Promise<{ dataDir: string; place: BackupPlace; root: string }> {
  const { dataDir, modelDir } = freshFolders();
  const client = await serve({ dataDir });
  const { id } = await client.newSession();
  for (const background of ['#f00', '#00f']) await client.upload(id, await colour(background));
  await client.close();
  const root = join(modelDir, 'backup');
  const place = placeAt(root, undefined);
  await backUp(dataDir, place);
  return { dataDir, place, root };
}

const filesIn = (root: string): string[] =>
  readdirSync(join(root, 'files'), { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map(({ parentPath, name }) => join(parentPath, name));

test('damage in a backup is found, and never restored as good; a restore that was cut short goes on', async () => {
  const { place, root } = await backedUp();
  const snapshot = await readSnapshot(place);
  const [first] = filesIn(root).filter((file) => statSync(file).size < 4_000);
  const good = readFileSync(first!);
  writeFileSync(first!, Buffer.from(good).fill(0, 40, 50));
  expect(await damagedIn(place, snapshot)).toHaveLength(1);
  const { dataDir: empty } = freshFolders();
  await expect(restore(place, snapshot, empty)).rejects.toThrow(/is damaged/);
  await expect(serve({ dataDir: empty })).rejects.toThrow(/palimpsest restore again/);
  writeFileSync(first!, good);
  const { kept } = await restore(place, snapshot, empty);
  expect(kept).toBeGreaterThan(0);
  expect(existsSync(join(empty, 'restoring'))).toBe(false);
  expect(await runDataCommand('fsck', [], { data: empty, deep: true })).toBe(0);
});

test('damaged files of the data folder are named and stay out of the backup; old snapshots go with what only they need', async () => {
  const { dataDir, place } = await backedUp();
  const { dataDir: again } = freshFolders();
  mkdirSync(again, { recursive: true });
  const database = new BetterSqlite(join(dataDir, 'palimpsest.sqlite'), { readonly: true });
  const [hash] = database.prepare('SELECT sha256 FROM blobs').pluck().all() as string[];
  database.close();
  const file = join(dataDir, 'blobs', hash!.slice(0, 2), hash!.slice(2));
  writeFileSync(file, 'damaged');
  const other = placeAt(join(dirname(dataDir), 'other'), undefined);
  expect((await backUp(dataDir, other)).lost).toEqual([hash]);
  // The place that has the good bytes keeps them.
  expect((await backUp(dataDir, place)).lost).toEqual([]);
  const { removed } = await backUp(dataDir, place, 1);
  expect(removed).toHaveLength(2);
  expect(await snapshotsOf(place)).toHaveLength(1);
  expect(await damagedIn(place, await readSnapshot(place))).toEqual([]);
});

test('keys that are wrong, and places with nothing in them, are said', async () => {
  const s3 = await serveS3();
  const wrong = placeAt(`s3:${s3.url}`, { ...KEYS, secretAccessKey: 'wrong' });
  await expect(readSnapshot(wrong)).rejects.toThrow(/keys/);
  await expect(readSnapshot(placeAt(`s3:${s3.url}`, KEYS))).rejects.toThrow(/no backup/);
  expect(() => placeAt('s3:https://host', KEYS)).toThrow(/names no bucket/);
  expect(() => placeAt(`s3:${s3.url}`, undefined)).toThrow(/AWS_ACCESS_KEY_ID/);
  expect(snapshotName(0)).toBe('snapshots/1970-01-01T00-00-00-000Z.json');
  vi.restoreAllMocks();
});
