/**
 * A data folder whose database is lost or damaged: what is left of it, and how it is made usable again without deleting
 * anything. A copy of the database that a running server saved goes back to its place; without one, the pictures and what is
 * left of the database are moved aside. Needs no database.
 */
import { existsSync, readFileSync, renameSync, statSync } from 'node:fs';
import { join } from 'node:path';
import type { BlobStore } from '../blobs.ts';
import { readReceipt } from '../bundle/receipt.ts';
import { lockFolder } from './folder-lock.ts';
import { Quarantine, type QuarantineReason } from './quarantine.ts';

/** The file of the database in a data folder. */
export const DATABASE_FILE = 'palimpsest.sqlite';
/** The copy that a server saves when its database goes away under it. */
export const RESCUED_FILE = 'palimpsest.rescued.sqlite';
/** Stands in a folder while a backup is restored into it, and names the snapshot. */
export const RESTORING_FILE = 'restoring';
/** What SQLite keeps beside a database, to be found by its name. */
const BESIDE = ['-wal', '-shm'];

/** A file of a folder whose database does not say what it is. */
export interface LeftFile {
  sha256: string;
  /** Ending of its kind's name, such as `.png`; `.bin` for latents, tokens and whatever else is no picture. */
  ending: string;
  /** The last prompt of its own receipt, if it carries one: such a file can be dropped on a page to bring back its branch. */
  prompt: string | null;
}

/** Whether a copy of the lost database was saved. */
export function hasRescued(folder: string): boolean {
  return existsSync(join(folder, RESCUED_FILE));
}

/** When the copy was saved. */
export function rescuedAt(folder: string): Date {
  return statSync(join(folder, RESCUED_FILE)).mtime;
}

/** What lies in the blob folder, with what the files say of themselves. */
export function filesLeft(store: BlobStore): LeftFile[] {
  return [...store.all()].sort().map((sha256) => {
    const bytes = readFileSync(store.fileOf(sha256));
    return { sha256, ending: endingOf(bytes), prompt: readReceipt(bytes)?.turns.at(-1)?.prompt ?? null };
  });
}

/** Puts the saved copy where the lost database was. Throws `FolderInUseError`, and what the disk throws. */
export function putRescuedBack(folder: string): void {
  holding(folder, () => {
    // Beside another database they would be taken for its own.
    moveDatabaseAside(folder, 'database_lost');
    renameSync(join(folder, RESCUED_FILE), join(folder, DATABASE_FILE));
  });
}

/** Moves the database aside, with what SQLite keeps beside it. */
export function moveDatabaseAside(folder: string, why: QuarantineReason): void {
  const quarantine = new Quarantine(folder);
  const file = join(folder, DATABASE_FILE);
  for (const beside of BESIDE) quarantine.move(`${file}${beside}`, `${DATABASE_FILE}${beside}`, why);
  quarantine.move(file, DATABASE_FILE, why);
}

/** Runs `work` while this process has the folder. Throws `FolderInUseError`. */
export function holding<Result>(folder: string, work: () => Result): Result {
  const unlock = lockFolder(folder);
  try {
    return work();
  } finally {
    unlock();
  }
}

/** Whether there is no database under its name, or one of no bytes. */
export function isDatabaseGone(folder: string): boolean {
  return sizeIn(folder, DATABASE_FILE) === 0;
}

/** Whether the log of a database is there. */
export function hasLog(folder: string): boolean {
  return sizeIn(folder, `${DATABASE_FILE}-wal`) > 0;
}

function sizeIn(folder: string, name: string): number {
  return statSync(join(folder, name), { throwIfNoEntry: false })?.size ?? 0;
}

const KINDS: readonly (readonly [beginning: string, ending: string])[] = [
  ['\x89PNG', '.png'],
  ['\xff\xd8\xff', '.jpg'],
  ['GIF8', '.gif'],
  ['RIFF', '.webp'],
  ['\0\0\0\x20ftyp', '.avif'],
  ['\0\0\0\x1cftyp', '.avif'],
  ['II*\0', '.tif'],
  ['MM\0*', '.tif'],
];

const MEDIA_TYPES: Record<string, string> = {
  '.png': 'image/png',
  '.jpg': 'image/jpeg',
  '.gif': 'image/gif',
  '.webp': 'image/webp',
  '.avif': 'image/avif',
  '.tif': 'image/tiff',
};

/** The media type of a file whose row is lost. */
export const mediaTypeOf = (bytes: Uint8Array): string =>
  MEDIA_TYPES[endingOf(bytes)] ?? 'application/octet-stream';

/** By its first bytes; the name is for people who look into the folder, nothing depends on it. */
export function endingOf(bytes: Uint8Array): string {
  const start = Buffer.from(bytes.subarray(0, 8)).toString('latin1');
  return KINDS.find(([beginning]) => start.startsWith(beginning))?.[1] ?? '.bin';
}
