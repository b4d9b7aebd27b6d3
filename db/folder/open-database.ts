/** Opening the database of a data folder: its lock, pragmas, migrations, and the search index in its newest form. */
import { existsSync, mkdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import BetterSqlite from 'better-sqlite3';
import { migrate } from 'drizzle-orm/better-sqlite3/migrator';
import { Database } from '../database.ts';
import { reindexIfOld } from '../search.ts';
import { DataFolderError, lockFolder } from './folder-lock.ts';
import { type StorageFault, storageFaultOf } from './storage-fault.ts';

const MIGRATIONS_DIR = join(import.meta.dirname, '../migrations');
const BUSY_TIMEOUT_MS = 5_000;

/** The fault of a folder, and what its user can do. */
const FAULTS: Record<StorageFault, string> = {
  disk_full: 'the disk is full. Free some space',
  read_only: 'it cannot be written. Give the server the right to write there',
  database_busy: 'another program holds its database. Close that (a backup, a database viewer)',
};

/**
 * Opens (or makes) the database of a data folder, brings it to the newest schema and keeps the folder for this process.
 * Throws {@link DataFolderError} when another server has the folder, it cannot be written, the disk is full, another program
 * holds the database, or the folder was written by a newer Palimpsest.
 */
export function openDatabase(folder: string): Database {
  try {
    return open(folder);
  } catch (error) {
    const fault = storageFaultOf(error);
    if (!fault) throw error;
    throw new DataFolderError(
      `The data folder ${folder} cannot be used: ${FAULTS[fault]}, or set PALIMPSEST_DATA to another folder.`,
      { cause: error },
    );
  }
}

/** Whether a folder is a data folder: it has a database. */
export function hasDatabase(folder: string): boolean {
  return existsSync(fileIn(folder));
}

const fileIn = (folder: string): string => join(folder, 'palimpsest.sqlite');

function open(folder: string): Database {
  makeFolder(folder);
  const unlock = lockFolder(folder);
  let connection: BetterSqlite.Database | undefined;
  try {
    connection = new BetterSqlite(fileIn(folder), { timeout: BUSY_TIMEOUT_MS });
    // FULL: what was answered with 202 survives a power cut; NORMAL would only survive a crash of the process.
    connection.pragma('journal_mode = WAL');
    connection.pragma('synchronous = FULL');
    connection.pragma('foreign_keys = ON');
    const database = new Database(connection, unlock);
    refuseNewerSchema(connection, folder);
    migrate(database.orm, { migrationsFolder: MIGRATIONS_DIR });
    database.continueClock();
    reindexIfOld(database);
    return database;
  } catch (error) {
    connection?.close();
    unlock();
    throw error;
  }
}

function makeFolder(folder: string): void {
  try {
    mkdirSync(folder, { recursive: true });
  } catch (error) {
    // A recursive mkdir says ENOENT where the file system is read-only.
    const isUnwritable = (error as NodeJS.ErrnoException).code === 'ENOENT';
    throw isUnwritable
      ? Object.assign(new Error('The folder cannot be made', { cause: error }), { code: 'EROFS' })
      : error;
  }
}

function refuseNewerSchema(connection: BetterSqlite.Database, folder: string): void {
  const known = JSON.parse(readFileSync(join(MIGRATIONS_DIR, 'meta/_journal.json'), 'utf8')) as {
    entries: { when: number }[];
  };
  const table = connection.prepare(`SELECT 1 FROM sqlite_master WHERE name = '__drizzle_migrations'`).get();
  if (!table) return;
  const applied = connection.prepare('SELECT max(created_at) AS newest FROM __drizzle_migrations').get() as {
    newest: number | null;
  };
  const newestKnown = Math.max(...known.entries.map((entry) => entry.when));
  if (Number(applied.newest ?? 0) > newestKnown)
    throw new DataFolderError(
      `The data folder ${folder} was written by a newer Palimpsest. Update this one, or use another folder.`,
    );
}
