/**
 * Copies of the database from before a newer Palimpsest changed its form, in the folder `copies`, and the way back to one. Going
 * back says before what it cannot keep; the newer database and its files go into quarantine, so that nothing is deleted.
 */
import {
  closeSync,
  copyFileSync,
  existsSync,
  fsyncSync,
  mkdirSync,
  openSync,
  readdirSync,
  renameSync,
} from 'node:fs';
import { join } from 'node:path';
import BetterSqlite from 'better-sqlite3';
import { blobFile } from '../blobs.ts';
import { DataFolderError, lockFolder } from './folder-lock.ts';
import { DATABASE_FILE, moveDatabaseAside } from './loss.ts';
import { Quarantine } from './quarantine.ts';

const COPIES = 'copies';

/** A copy, by its name in the folder `copies`. */
export interface DatabaseCopy {
  name: string;
  file: string;
  at: Date;
}

/** What is in a database and not in a copy of it. */
export interface NotInCopy {
  sessions: number;
  turns: number;
  pictures: number;
  /** Titles of sessions with turns that the copy does not have. */
  titles: string[];
  /** Hashes of blobs that only the newer database names. */
  blobs: string[];
}

/** Copies an open database to the folder `copies`. Throws what the disk throws: nothing is changed without a copy. */
export function keepCopy(connection: BetterSqlite.Database, folder: string): void {
  // All of it is in the one file then.
  connection.pragma('wal_checkpoint(TRUNCATE)');
  const name = `before-${new Date().toISOString().replaceAll(/[:.]/g, '-')}.sqlite`;
  const file = join(folder, COPIES, name);
  mkdirSync(join(folder, COPIES), { recursive: true, mode: 0o700 });
  copyFileSync(connection.name, `${file}.half`);
  const handle = openSync(`${file}.half`, 'r');
  try {
    fsyncSync(handle);
  } finally {
    closeSync(handle);
  }
  renameSync(`${file}.half`, file);
}

/** The copies of a folder, oldest first. */
export function copiesIn(folder: string): DatabaseCopy[] {
  const root = join(folder, COPIES);
  if (!existsSync(root)) return [];
  return readdirSync(root)
    .filter((name) => /^before-[\dTZ-]+\.sqlite$/.test(name))
    .sort()
    .map((name) => ({ name, file: join(root, name), at: timeOf(name) }));
}

function timeOf(name: string): Date {
  const [, day, hour, minute, second, milli] =
    /^before-(\d+-\d+-\d+)T(\d+)-(\d+)-(\d+)-(\d+)Z/.exec(name) ?? [];
  return new Date(`${day}T${hour}:${minute}:${second}.${milli}Z`);
}

/** What going back to a copy would not keep. Throws {@link DataFolderError} where one of the two cannot be read. */
export function notInCopy(folder: string, copy: DatabaseCopy): NotInCopy {
  const database = new BetterSqlite(join(folder, DATABASE_FILE), { readonly: true, fileMustExist: true });
  try {
    database.prepare('ATTACH ? AS copy').run(copy.file);
    // Turns and pictures had other names in 0.1.0.
    const [turns, pictures] = has(database, 'turns') ? ['turns', 'pictures'] : ['nodes', 'images'];
    const newIn = (table: string, before: string) =>
      database.prepare(`SELECT count(*) FROM main.${table} WHERE id NOT IN (SELECT id FROM copy.${before})`);
    const count = (table: string, before: string) => newIn(table, before).pluck().get() as number;
    return {
      sessions: count('sessions', 'sessions'),
      turns: count('turns', turns!),
      pictures: count('pictures', pictures!),
      titles: database
        .prepare(
          `SELECT DISTINCT title FROM main.sessions JOIN main.turns ON turns.session_id = sessions.id
           WHERE turns.id NOT IN (SELECT id FROM copy.${turns}) ORDER BY title`,
        )
        .pluck()
        .all() as string[],
      blobs: database
        .prepare('SELECT sha256 FROM main.blobs WHERE sha256 NOT IN (SELECT sha256 FROM copy.blobs)')
        .pluck()
        .all() as string[],
    };
  } catch (cause) {
    throw new DataFolderError(
      `${copy.name} cannot be compared with the database (${(cause as Error).message}). Take another copy.`,
      { cause },
    );
  } finally {
    database.close();
  }
}

function has(database: BetterSqlite.Database, table: string): boolean {
  return database.prepare('SELECT 1 FROM copy.sqlite_master WHERE name = ?').get(table) !== undefined;
}

/**
 * Puts a copy in the place of the database, and what only the newer one knows into quarantine: an older Palimpsest would take such
 * files for nobody's. Throws `FolderInUseError`, {@link DataFolderError}.
 */
export function goBackTo(folder: string, copy: DatabaseCopy): NotInCopy {
  const unlock = lockFolder(folder);
  try {
    const left = notInCopy(folder, copy);
    const quarantine = new Quarantine(folder);
    for (const sha256 of left.blobs) quarantine.move(blobFile(folder, sha256), sha256, 'newer');
    moveDatabaseAside(folder, 'newer');
    const file = join(folder, DATABASE_FILE);
    copyFileSync(copy.file, `${file}.half`);
    renameSync(`${file}.half`, file);
    return left;
  } finally {
    unlock();
  }
}
