/** Opening the database of a data folder: its lock, pragmas, migrations, and the search index in its newest form. */
import { existsSync, mkdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import BetterSqlite from 'better-sqlite3';
import { migrate } from 'drizzle-orm/better-sqlite3/migrator';
import { hasBlobs } from '../blobs.ts';
import { Database } from '../database.ts';
import { reindexIfOld } from '../search.ts';
import { keepCopy } from './copies.ts';
import { DataFolderError, lockFolder } from './folder-lock.ts';
import { DATABASE_FILE, hasLog, hasRescued, isDatabaseGone, RESTORING_FILE } from './loss.ts';
import { type StorageFault, storageFaultOf } from './storage-fault.ts';

const MIGRATIONS_DIR = join(import.meta.dirname, '../migrations');
const BUSY_TIMEOUT_MS = 5_000;

/** The fault of a folder, and what its user can do. */
const FAULTS: Record<Exclude<StorageFault, 'database_damaged' | 'database_lost'>, string> = {
  disk_full: 'the disk is full. Free some space',
  read_only: 'it cannot be written. Give the server the right to write there',
  disk_failing:
    'the disk does not read or store what it should. Look after the disk, and restore a backup elsewhere',
  database_busy: 'another program holds its database. Close that (a backup, a database viewer)',
};

/** A data folder without the database that belongs to its pictures, or with a damaged one. */
export abstract class BrokenDatabaseError extends DataFolderError {
  abstract readonly fault: 'database_lost' | 'database_damaged';
}

/** There are pictures, and no database that knows of them. */
export class LostDatabaseError extends BrokenDatabaseError {
  readonly fault = 'database_lost';

  constructor(folder: string) {
    const repair = hasRescued(folder)
      ? 'it puts back the copy that the server saved when the database was lost'
      : REBUILDING;
    super(
      `The data folder ${folder} has data of Palimpsest, but not its database ${DATABASE_FILE}. ${remedies(folder, repair)}`,
    );
    this.name = 'LostDatabaseError';
  }
}

/** The database's file is not one any more, or parts of it cannot be read. */
export class DamagedDatabaseError extends BrokenDatabaseError {
  readonly fault = 'database_damaged';

  constructor(folder: string, problem: string, cause?: unknown) {
    super(`The database ${fileIn(folder)} is damaged (${problem}). ${remedies(folder, REBUILDING)}`, {
      cause,
    });
    this.name = 'DamagedDatabaseError';
  }
}

/** The fault of a folder's database that an error tells of; undefined for any other error. */
export function brokenBy(folder: string, error: unknown): BrokenDatabaseError | undefined {
  if (error instanceof BrokenDatabaseError) return error;
  if (storageFaultOf(error) !== 'database_damaged') return undefined;
  return new DamagedDatabaseError(folder, (error as Error).message, error);
}

const REBUILDING =
  'it makes a database of what can still be read, of copies, and of the labels beside the pictures, and moves what is left into the folder quarantine; it deletes nothing';

function remedies(folder: string, repair: string): string {
  return `Put the database back from a backup (palimpsest restore), set PALIMPSEST_DATA to another folder, or run palimpsest fsck --repair --data ${folder}: ${repair}.`;
}

/**
 * Opens (or makes) the database of a data folder, brings it to the newest schema and keeps the folder for this process.
 * Throws {@link DataFolderError} when another server has the folder, it cannot be written, the disk is full, another program
 * holds the database, the database is lost or damaged, or the folder was written by a newer Palimpsest. With `isNew`, a folder with
 * pictures may begin without its database.
 */
export function openDatabase(folder: string, { isNew = false }: { isNew?: boolean } = {}): Database {
  try {
    return open(folder, isNew);
  } catch (error) {
    const broken = brokenBy(folder, error);
    if (broken) throw broken;
    const fault = storageFaultOf(error);
    if (!fault || fault === 'database_lost' || fault === 'database_damaged') throw error;
    throw new DataFolderError(
      `The data folder ${folder} cannot be used: ${FAULTS[fault]}, or set PALIMPSEST_DATA to another folder.`,
      { cause: error },
    );
  }
}

/** Whether a folder is a data folder: it has a database, or what belongs to one. */
export function hasData(folder: string): boolean {
  return existsSync(fileIn(folder)) || isLost(folder);
}

const fileIn = (folder: string): string => join(folder, DATABASE_FILE);

const isLost = (folder: string): boolean => isDatabaseGone(folder) && isUsed(folder);

/** Whether a database of this folder has been used: then an empty one in its place is not it. */
const isUsed = (folder: string): boolean => hasBlobs(folder) || hasLog(folder);

function open(folder: string, isNew: boolean): Database {
  makeFolder(folder);
  const unlock = lockFolder(folder);
  let connection: BetterSqlite.Database | undefined;
  try {
    if (existsSync(join(folder, RESTORING_FILE)))
      throw new DataFolderError(
        `A backup was being restored into ${folder}, and not all of it is there. Run palimpsest restore again with the same folder: it goes on from what is there.`,
      );
    if (!isNew && isLost(folder)) throw new LostDatabaseError(folder);
    connection = new BetterSqlite(fileIn(folder), { timeout: BUSY_TIMEOUT_MS });
    if (!isNew && !isOurs(connection) && hasBlobs(folder)) throw new LostDatabaseError(folder);
    // FULL: what was answered with 202 survives a power cut; NORMAL would only survive a crash of the process.
    connection.pragma('journal_mode = WAL');
    connection.pragma('synchronous = FULL');
    connection.pragma('foreign_keys = ON');
    // What is deleted is written over, in tables and in the index of words.
    connection.pragma('secure_delete = ON');
    refuseDamage(connection, folder);
    const database = new Database(connection, unlock);
    if (isOlderSchema(connection, folder)) keepCopy(connection, folder);
    migrate(database.orm, { migrationsFolder: MIGRATIONS_DIR });
    forgetWords(connection);
    database.continueClock();
    reindexIfOld(database);
    database.reserve.keep();
    return database;
  } catch (error) {
    connection?.close();
    unlock();
    throw error;
  }
}

/** Has the index of words write over what is deleted, which it remembers from then on. */
function forgetWords(connection: BetterSqlite.Database): void {
  const isSet = connection.prepare(`SELECT 1 FROM search_index_config WHERE k = 'secure-delete' AND v = 1`);
  if (!isSet.get())
    connection.exec(`INSERT INTO search_index(search_index, rank) VALUES ('secure-delete', 1)`);
}

function makeFolder(folder: string): void {
  try {
    mkdirSync(folder, { recursive: true, mode: 0o700 });
  } catch (error) {
    // A recursive mkdir says ENOENT where the file system is read-only.
    const isUnwritable = (error as NodeJS.ErrnoException).code === 'ENOENT';
    throw isUnwritable
      ? Object.assign(new Error('The folder cannot be made', { cause: error }), { code: 'EROFS' })
      : error;
  }
}

/** Whether Palimpsest has made the tables of a database. */
function isOurs(connection: BetterSqlite.Database): boolean {
  return (
    connection.prepare(`SELECT 1 FROM sqlite_master WHERE name = '__drizzle_migrations'`).get() !== undefined
  );
}

/** Reads the database through once: what cannot be read is better known before more is written. */
function refuseDamage(connection: BetterSqlite.Database, folder: string): void {
  const [first] = connection.pragma('quick_check(1)') as { quick_check: string }[];
  if (first && first.quick_check !== 'ok')
    throw new DamagedDatabaseError(folder, first.quick_check.replaceAll(/\s+/g, ' ').trim());
}

/** Whether migrations are to come. Throws {@link DataFolderError} where the database was changed by a newer Palimpsest. */
function isOlderSchema(connection: BetterSqlite.Database, folder: string): boolean {
  const known = JSON.parse(readFileSync(join(MIGRATIONS_DIR, 'meta/_journal.json'), 'utf8')) as {
    entries: { when: number }[];
  };
  if (!isOurs(connection)) return false;
  const applied = connection.prepare('SELECT max(created_at) AS newest FROM __drizzle_migrations').get() as {
    newest: number | null;
  };
  const newest = Number(applied.newest ?? 0);
  const newestKnown = Math.max(...known.entries.map((entry) => entry.when));
  if (newest > newestKnown)
    throw new DataFolderError(
      `The data folder ${folder} was written by a newer Palimpsest. Update this one, use another folder, or run palimpsest downgrade --data ${folder}: it lists the copies from before, says what each of them does not have, and deletes nothing.`,
    );
  return newest < newestKnown;
}
