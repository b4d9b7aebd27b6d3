import { mkdirSync, readdirSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { expect, it, onTestFinished, test } from 'vitest';
import { insertBlob } from '../../db/blob-rows.ts';
import { BlobStore } from '../../db/blobs.ts';
import { fsck, isWhole } from '../../db/folder/fsck.ts';
import { openDatabase } from '../../db/folder/open-database.ts';
import { keepBlobs } from '../../db/keep-blobs.ts';
import { freshFolders } from '../server/harness.ts';
import { smallDisk } from '../server/small-disk.ts';

const BYTES = Buffer.from('abc');
const LARGE = Buffer.alloc(2_000_000);

const stagedIn = (folder: string) => readdirSync(join(folder, 'blobs/staging'));

test('a full disk keeps no half of what did not fit', async (context) => {
  const disk = smallDisk('size=1m');
  if (!disk) return context.skip();
  const store = new BlobStore(disk);
  await expect(store.stage(LARGE, 'a/b')).rejects.toThrow(/ENOSPC/);
  expect(stagedIn(disk)).toEqual([]);
});

test('a full disk keeps none of the files that were to be staged with one that did not fit', async (context) => {
  const disk = smallDisk('size=1m');
  if (!disk) return context.skip();
  const store = new BlobStore(disk);
  const files = [
    [LARGE, 'a/b'],
    [BYTES, 'a/b'],
  ] as const;
  await expect(store.staging(files, () => expect.unreachable())).rejects.toThrow(/ENOSPC/);
  expect(stagedIn(disk)).toEqual([]);
});

it('keeps what is placed and removes what is not, also where the work with it fails', async () => {
  const { dataDir } = freshFolders();
  const store = new BlobStore(dataDir);
  const files = [
    [BYTES, 'a/b'],
    [LARGE, 'a/b'],
  ] as const;
  const hash = await store.staging(files, ([placed]) => {
    store.place(placed);
    return placed.sha256;
  });
  expect([[...store.all()], stagedIn(dataDir)]).toEqual([[hash], []]);
  const failing = store.staging(files, () => {
    throw new Error('a check failed');
  });
  await expect(failing).rejects.toThrow('a check failed');
  expect(stagedIn(dataDir)).toEqual([]);
});

it('removes bytes whose rows could not be written, but not those that had one before', async () => {
  const { dataDir } = freshFolders();
  const db = openDatabase(dataDir);
  onTestFinished(() => db.close());
  const store = new BlobStore(dataDir);
  const before = await store.stage(BYTES, 'a/b');
  store.place(before);
  db.write(() => insertBlob(db, before));
  const staged = [await store.stage(BYTES, 'a/b'), await store.stage(LARGE, 'a/b')];
  const fail = () => {
    throw new Error('a rule of the tables');
  };
  expect(() => keepBlobs(db, store, staged, fail)).toThrow('a rule of the tables');
  expect([...store.all()]).toEqual([before.sha256]);
});

it('takes files of others in the folders of blobs for what they are', async () => {
  const { dataDir } = freshFolders();
  const db = openDatabase(dataDir);
  onTestFinished(() => db.close());
  const store = new BlobStore(dataDir);
  const stray = 'cd'.repeat(32);
  mkdirSync(dirname(store.fileOf(stray)), { recursive: true });
  writeFileSync(store.fileOf(stray), 'stray');
  writeFileSync(join(dirname(store.fileOf(stray)), '.DS_Store'), '');
  const report = await fsck(db, store, { repair: true });
  expect([isWhole(report), report.orphans]).toEqual([true, [stray]]);
  expect([...store.all()]).toEqual([]);
});
