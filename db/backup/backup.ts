/**
 * Backups of a data folder, also while a server has it: the database through SQLite's own backup, then the blobs that this copy
 * names and the place does not have yet, each compared with its hash, and last the snapshot that says which they are. So a backup
 * that was cut short is only one that is not listed. Knows no place.
 */
import { existsSync, mkdtempSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import BetterSqlite from 'better-sqlite3';
import { blobFile, hashOfBytes, hashOfFile } from '../blobs.ts';
import { DATABASE_FILE } from '../folder/loss.ts';
import { BackupError, type BackupPlace } from './place.ts';
import {
  hashesOf,
  hashOfName,
  SNAPSHOTS,
  type Snapshot,
  STORED,
  snapshotName,
  snapshotSchema,
  storedName,
} from './snapshot.ts';

/** Files of a data folder that no other can stand in for. */
const BESIDE = ['engines.json', 'language.json', 'studio-key.pem'];
/** Files on their way at a time. */
const AT_ONCE = 4;

export interface BackupReport {
  /** Name of the snapshot. */
  name: string;
  blobs: number;
  /** Files that the place did not have yet, and their bytes. */
  added: { files: number; bytes: number };
  /** Blobs that are missing or damaged in the data folder. */
  lost: string[];
  /** Snapshots that were removed, since newer ones suffice. */
  removed: string[];
}

/** Backs a data folder up; with `keep`, of the snapshots only so many newest stay. Throws {@link BackupError}, and what the disk throws. */
export async function backUp(folder: string, place: BackupPlace, keep?: number): Promise<BackupReport> {
  const room = mkdtempSync(join(tmpdir(), 'palimpsest-backup-'));
  try {
    const database = join(room, DATABASE_FILE);
    await copyDatabase(join(folder, DATABASE_FILE), database);
    const upload = new Upload(place, new Set((await place.names(STORED)).map(hashOfName)));
    const blobs = blobsOf(database);
    await inParallel(blobs, ([sha256, sizeBytes]) =>
      upload.add({ file: blobFile(folder, sha256), sha256, sizeBytes }),
    );
    const files = await Promise.all(
      BESIDE.filter((name) => existsSync(join(folder, name))).map((name) => fileAs(folder, name)),
    );
    for (const { name, ...file } of files) await upload.add({ ...file, file: join(folder, name) });
    const { name: _, ...state } = await fileAs(room, DATABASE_FILE);
    await upload.add({ ...state, file: database });
    const lost = [...upload.lost].sort();
    const snapshot: Snapshot = {
      ...{ format: 'palimpsest.backup', version: 1, at: Date.now(), database: state, files, lost },
      blobs: blobs.filter(([sha256]) => !upload.lost.has(sha256)),
    };
    const name = snapshotName(snapshot.at);
    const written = join(room, 'snapshot.json');
    writeFileSync(written, `${JSON.stringify(snapshot)}\n`);
    await place.put(name, written);
    const removed = keep === undefined ? [] : await thinOut(place, keep);
    return { name, blobs: blobs.length, added: upload.added, lost, removed };
  } finally {
    rmSync(room, { recursive: true, force: true });
  }
}

/** The snapshots of a place, oldest first. */
export async function snapshotsOf(place: BackupPlace): Promise<string[]> {
  return (await place.names(SNAPSHOTS)).filter((name) => name.endsWith('.json')).sort();
}

/** A snapshot by name, or the newest. Throws {@link BackupError}. */
export async function readSnapshot(place: BackupPlace, at?: string): Promise<Snapshot> {
  const names = await snapshotsOf(place);
  const found = at === undefined ? names.at(-1) : names.find((name) => name.includes(at));
  if (!found)
    throw new BackupError(
      names.length === 0
        ? 'There is no backup of Palimpsest in this place.'
        : `There is no snapshot ${at}. There are: ${names.map(timeIn).join(', ')}.`,
    );
  const parts: Uint8Array[] = [];
  for await (const part of await place.get(found)) parts.push(part);
  const parsed = snapshotSchema.safeParse(parseJson(Buffer.concat(parts).toString('utf8')));
  if (!parsed.success)
    throw new BackupError(`The snapshot ${timeIn(found)} is damaged. Take another one with --at.`);
  return parsed.data;
}

/** The time in a snapshot's name, as `--at` takes it. */
export const timeIn = (name: string): string => name.slice(SNAPSHOTS.length + 1, -'.json'.length);

/** Hashes of a snapshot whose bytes are missing or others in the place: every byte is read. */
export async function damagedIn(place: BackupPlace, snapshot: Snapshot): Promise<string[]> {
  const damaged: string[] = [];
  await inParallel(hashesOf(snapshot), async (sha256) => {
    try {
      if ((await hashOfBytes(await place.get(storedName(sha256)))) !== sha256) damaged.push(sha256);
    } catch (error) {
      if (!(error instanceof BackupError)) throw error;
      damaged.push(sha256);
    }
  });
  return damaged.sort();
}

/** Runs `work` over all of `items`, a few at a time, and ends with the last that was begun. Throws what the first of them throws. */
export async function inParallel<Item>(
  items: readonly Item[],
  work: (item: Item) => Promise<void>,
): Promise<void> {
  const left = items.values();
  const failed: unknown[] = [];
  const worker = async () => {
    for (const item of left) {
      if (failed.length > 0) return;
      await work(item).catch((error: unknown) => failed.push(error));
    }
  };
  await Promise.all(Array.from({ length: AT_ONCE }, worker));
  if (failed.length > 0) throw failed[0];
}

interface StoredFile {
  file: string;
  sha256: string;
  sizeBytes: number;
}

/** Brings files to a place that does not have them. */
class Upload {
  readonly added = { files: 0, bytes: 0 };
  readonly lost = new Set<string>();
  readonly #place: BackupPlace;
  readonly #there: Set<string>;

  constructor(place: BackupPlace, there: Set<string>) {
    this.#place = place;
    this.#there = there;
  }

  async add({ file, sha256, sizeBytes }: StoredFile): Promise<void> {
    if (this.#there.has(sha256)) return;
    // Nothing that is damaged goes in under the hash of what it was.
    if (!existsSync(file) || (await hashOfFile(file)) !== sha256) {
      this.lost.add(sha256);
      return;
    }
    await this.#place.put(storedName(sha256), file);
    this.#there.add(sha256);
    this.added.files += 1;
    this.added.bytes += sizeBytes;
  }
}

/** In one step: a server that writes meanwhile is not kept from it, and does not make the copy begin again. */
async function copyDatabase(from: string, to: string): Promise<void> {
  const source = new BetterSqlite(from, { readonly: true, fileMustExist: true });
  try {
    await source.backup(to, { progress: () => ALL_PAGES });
  } finally {
    source.close();
  }
  const copy = new BetterSqlite(to);
  try {
    // The copy is one file, without a log beside it.
    copy.pragma('journal_mode = DELETE');
    const [first] = copy.pragma('quick_check(1)') as { quick_check: string }[];
    if (first?.quick_check !== 'ok')
      throw new BackupError(
        `The database ${from} is damaged, so that no backup of it is made. Run palimpsest fsck first.`,
      );
  } finally {
    copy.close();
  }
}

const ALL_PAGES = 2 ** 31 - 1;

function blobsOf(database: string): [sha256: string, sizeBytes: number][] {
  const copy = new BetterSqlite(database, { readonly: true });
  try {
    return copy.prepare('SELECT sha256, size_bytes FROM blobs ORDER BY sha256').raw().all() as [
      string,
      number,
    ][];
  } finally {
    copy.close();
  }
}

async function fileAs(folder: string, name: string): Promise<Snapshot['files'][number]> {
  const file = join(folder, name);
  return { name, sha256: await hashOfFile(file), sizeBytes: statSync(file).size };
}

/** Removes all snapshots but the newest, and the bytes that none of these needs. Answers what was removed. */
async function thinOut(place: BackupPlace, keep: number): Promise<string[]> {
  const names = await snapshotsOf(place);
  const old = names.slice(0, Math.max(0, names.length - keep));
  if (old.length === 0) return [];
  const needed = new Set<string>();
  // Read before anything goes: what cannot be read is no reason to remove what it may need.
  for (const name of names.slice(old.length))
    for (const hash of hashesOf(await readSnapshot(place, timeIn(name)))) needed.add(hash);
  for (const name of old) await place.remove(name);
  for (const name of await place.names(STORED)) if (!needed.has(hashOfName(name))) await place.remove(name);
  return old;
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
