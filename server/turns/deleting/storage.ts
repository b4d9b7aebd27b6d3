/** What the data folder holds, and giving back of it what nothing needs. */
import { readdirSync, rmSync, statfsSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { blobTotals, deleteUnreferencedBlobs, unusedBlobs } from '../../../db/blob-rows.ts';
import { deletedSessions } from '../../../db/sessions.ts';
import type { StorageView } from '../../../studio/protocol.ts';
import type { Freeable } from '../../../studio/vocabulary.ts';
import type { Runtime } from '../../runtime.ts';
import { purgeSessions } from './purge.ts';

type Parts = Pick<Runtime, 'db' | 'blobs'>;

/** A mask or a picture of a draft is uploaded before its message is sent: what is younger than this may still be on its way. */
const UNSENT_MS = 24 * 60 * 60 * 1000;
const CACHES = ['cache', 'caches', 'thumbnails'];
const DATABASE = /^palimpsest\.sqlite/;

export function storageView({ db, blobs }: Parts): StorageView {
  const { kept, deleted, unused } = blobTotals(db, Date.now() - UNSENT_MS);
  const folder = blobs.dataFolder;
  const { bavail, bsize } = statfsSync(folder);
  return {
    keptBytes: kept,
    freeable: { deleted, unused, caches: CACHES.reduce((sum, name) => sum + bytesOf(join(folder, name)), 0) },
    deletedSessions: deletedSessions(db).length,
    databaseBytes: readdirSync(folder)
      .filter((name) => DATABASE.test(name))
      .reduce((sum, name) => sum + bytesOf(join(folder, name)), 0),
    diskFreeBytes: bavail * bsize,
  };
}

/** Gives back what of one kind can be given back. Deleted sessions are gone for good then. */
export function freeStorage(parts: Parts, what: Freeable): void {
  const { db, blobs } = parts;
  if (what === 'deleted') purgeSessions(parts, 0);
  else if (what === 'unused') {
    const before = Date.now() - UNSENT_MS;
    blobs.drop(db.writeOnReserve(() => deleteUnreferencedBlobs(db, unusedBlobs(db, before))));
  } else
    for (const file of CACHES.flatMap((name) => filesIn(join(blobs.dataFolder, name))))
      rmSync(file, { force: true });
}

function filesIn(folder: string): string[] {
  try {
    return readdirSync(folder, { recursive: true, withFileTypes: true })
      .filter((entry) => entry.isFile())
      .map(({ parentPath, name }) => join(parentPath, name));
  } catch {
    // There is no such folder: an engine elsewhere keeps no cache here.
    return [];
  }
}

/** Bytes of a file, or of all files of a folder; one that goes away meanwhile has none. */
function bytesOf(path: string): number {
  const sizeOf = (file: string) => statSync(file, { throwIfNoEntry: false })?.size ?? 0;
  const files = filesIn(path);
  return files.length === 0
    ? statSync(path, { throwIfNoEntry: false })?.isFile()
      ? sizeOf(path)
      : 0
    : files.reduce((sum, file) => sum + sizeOf(file), 0);
}
