/**
 * The open database: connection, pragmas, migrations, write transactions and the news of appended events.
 * Calls are synchronous and short. Knows what an event row is and nothing of what events mean.
 */
import { existsSync, mkdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import BetterSqlite from 'better-sqlite3';
import { sql } from 'drizzle-orm';
import { type BetterSQLite3Database, drizzle } from 'drizzle-orm/better-sqlite3';
import { migrate } from 'drizzle-orm/better-sqlite3/migrator';
import { lockFolder } from './folder-lock.ts';
import * as schema from './schema.ts';
import { reindexIfOld } from './search.ts';
import { FAULT_MESSAGES, storageFaultOf } from './storage-fault.ts';

export type EventRow = typeof schema.events.$inferSelect;
export type EventListener = (events: readonly EventRow[]) => void;

const MIGRATIONS_DIR = join(import.meta.dirname, 'migrations');
const BUSY_TIMEOUT_MS = 5_000;

export class Database {
  readonly orm: BetterSQLite3Database<typeof schema>;
  readonly #connection: BetterSqlite.Database;
  readonly #unlock: () => void;
  readonly #listeners = new Set<EventListener>();
  #appended: EventRow[] = [];
  #newest = 0;

  /** Use {@link openDatabase}. */
  constructor(connection: BetterSqlite.Database, unlock: () => void) {
    this.#connection = connection;
    this.#unlock = unlock;
    this.orm = drizzle(connection, { schema });
  }

  /**
   * The time in milliseconds, never before what it was already, in this process or in what is stored: where the clock was
   * set back, times go on in steps of one from the newest.
   */
  now(): number {
    const clock = Date.now();
    this.#newest = clock >= this.#newest ? clock : this.#newest + 1;
    return this.#newest;
  }

  /** Takes the newest stored time as the least that {@link now} answers; once, after migrating. */
  continueClock(): void {
    const stored = this.orm.get<{ newest: number | null }>(sql`
      SELECT max(newest) AS newest FROM (
        SELECT max(updated_at) AS newest FROM sessions
        UNION ALL SELECT at FROM (SELECT at FROM events ORDER BY seq DESC LIMIT 1))`);
    this.#newest = stored?.newest ?? 0;
  }

  /**
   * Runs `work` as one transaction; listeners hear of its events after the commit.
   * Throws what `work` throws, after undoing everything.
   */
  write<T>(work: () => T): T {
    if (this.#connection.inTransaction)
      throw new TypeError('Expected write() outside of a transaction, got it inside of one');
    this.#appended = [];
    const result = this.#connection.transaction(work).immediate();
    const appended = this.#appended;
    this.#appended = [];
    if (appended.length > 0) for (const listener of this.#listeners) listener(appended);
    return result;
  }

  /** Appends an event to the log; only inside of {@link write}, with the rows it tells of. */
  append(event: Omit<EventRow, 'seq' | 'at'>): EventRow {
    if (!this.#connection.inTransaction)
      throw new TypeError('Expected append() inside of write(), got it outside');
    const row = this.orm
      .insert(schema.events)
      .values({ ...event, at: this.now() })
      .returning()
      .get();
    this.#appended.push(row);
    return row;
  }

  /** Calls `listener` with the events of every commit from now on; the returned function ends it. */
  onEvents(listener: EventListener): () => void {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  }

  /** Closes the file and gives the data folder back. */
  close(): void {
    this.#connection.close();
    this.#unlock();
  }
}

/**
 * Opens (or makes) the database of a data folder, brings it to the newest schema and keeps the folder for this process.
 * Throws `FolderInUseError`, and an Error that says what to do when the folder cannot be written, the disk is full, another
 * program holds the database, or the folder was written by a newer Palimpsest.
 */
export function openDatabase(folder: string): Database {
  try {
    return open(folder);
  } catch (error) {
    const fault = storageFaultOf(error);
    if (!fault) throw error;
    throw new Error(
      `The data folder ${folder} cannot be used: ${FAULT_MESSAGES[fault]} Or set PALIMPSEST_DATA to another folder.`,
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
    throw new Error(
      `The data folder ${folder} was written by a newer Palimpsest. Update this one, or use another folder.`,
    );
}
