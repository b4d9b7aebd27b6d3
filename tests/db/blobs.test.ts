/** Bytes reach the disk before their name, and their name before any row. */
import fs from 'node:fs';
import { expect, it, onTestFinished, vi } from 'vitest';
import { BlobMissingError, BlobStore } from '../../db/blobs.ts';
import { freshFolders } from '../server/harness.ts';

const bytes = new TextEncoder().encode('abc');
const SHA256 = 'ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad';

/** Notes what the file system is asked for, in order, and lets it happen. */
function watchDisk(): string[] {
  const steps: string[] = [];
  const noted =
    <Args extends unknown[], Result>(step: string, call: (...args: Args) => Result) =>
    (...args: Args): Result => {
      steps.push(step);
      return call(...args);
    };
  const { open } = fs.promises;
  const { renameSync, fsyncSync } = fs;
  vi.spyOn(fs.promises, 'open').mockImplementation(async (...args) => {
    const file = await open(...args);
    file.writeFile = noted('write', file.writeFile.bind(file));
    file.sync = noted('fsync file', file.sync.bind(file));
    file.close = noted('close', file.close.bind(file));
    return file;
  });
  vi.spyOn(fs, 'renameSync').mockImplementation(noted('rename', renameSync));
  vi.spyOn(fs, 'fsyncSync').mockImplementation(noted('fsync folder', fsyncSync));
  return steps;
}

it('writes, fsyncs, renames, fsyncs the folder: in this order', async () => {
  const { dataDir } = freshFolders();
  const blobs = new BlobStore(dataDir);
  onTestFinished(() => void vi.restoreAllMocks());
  const steps = watchDisk();
  const staged = await blobs.stage(bytes, 'text/plain');
  expect(steps).toEqual(['write', 'fsync file', 'close']);
  expect(fs.existsSync(blobs.fileOf(SHA256))).toBe(false);
  blobs.place(staged);
  expect(steps.slice(3)).toEqual(['fsync folder', 'rename', 'fsync folder']);
  expect(blobs.fileOf(SHA256)).toBe(`${dataDir}/blobs/ba/${SHA256.slice(2)}`);
  expect(new Uint8Array(await blobs.read(SHA256))).toEqual(bytes);
});

it('keeps the same bytes once, and says which are missing', async () => {
  const blobs = new BlobStore(freshFolders().dataDir);
  for (const staged of await Promise.all([blobs.stage(bytes, 'a/b'), blobs.stage(bytes, 'a/b')]))
    blobs.place(staged);
  expect(new Uint8Array(await blobs.read(SHA256))).toEqual(bytes);
  blobs.drop([SHA256]);
  blobs.drop([SHA256]);
  await expect(blobs.read(SHA256)).rejects.toBeInstanceOf(BlobMissingError);
  await expect(blobs.read('../../etc/passwd')).rejects.toThrow(RangeError);
});

it('forgets what was staged and never placed', async () => {
  const { dataDir } = freshFolders();
  const before = new BlobStore(dataDir);
  const left = await before.stage(bytes, 'a/b');
  before.discard(await before.stage(bytes, 'a/b'));
  expect(fs.readdirSync(`${dataDir}/blobs/staging`)).toHaveLength(1);
  new BlobStore(dataDir);
  expect(fs.existsSync(left.stagedFile)).toBe(false);
});
