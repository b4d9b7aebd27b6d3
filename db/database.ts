/**
 * The open database: write transactions, its clock, and the listeners of appended events. Calls are synchronous and short.
 * Knows what an event row is and nothing of what events mean.
 */
import { rmSync, type Stats, statSync } from 'node:fs';
import { dirname, join } from 'node:path';
import type BetterSqlite from 'better-sqlite3';
import { sql } from 'drizzle-orm';
import { type BetterSQLite3Database, drizzle } from 'drizzle-orm/better-sqlite3';
import { RESCUED_FILE } from './folder/loss.ts';
import { Quarantine } from './folder/quarantine.ts';
import { Reserve } from './folder/reserve.ts';
import { DatabaseLostError, storageFaultOf } from './folder/storage-fault.ts';
import * as schema from './schema.ts';
import { keepStatements } from './statements.ts';

export type EventRow = typeof schema.events.$inferSelect;
/** An event to append. */
export type NewEvent = Omit<EventRow, 'seq' | 'at' | 'owner'> & { owner?: string | undefined };
export type EventListener = (events: readonly EventRow[]) => void;

/** The database's file is not there any more, or another is: where a copy of it was saved, or why none could be. */
export type Loss = { copy: string } | { copy: null; cause: unknown };

export class Database {
  readonly orm: BetterSQLite3Database<typeof schema>;
  /** Room on the disk that is kept for deleting. */
  readonly reserve: Reserve;
  readonly #connection: BetterSqlite.Database;
  readonly #unlock: () => void;
  readonly #listeners = new Set<EventListener>();
  readonly #opened: Stats;
  #loss: Loss | undefined;
  #appended: EventRow[] = [];
  #newest = 0;

  /** Use `openDatabase`. */
  constructor(connection: BetterSqlite.Database, unlock: () => void) {
    this.#connection = connection;
    this.#unlock = unlock;
    this.#opened = statSync(connection.name);
    this.reserve = new Reserve(dirname(connection.name));
    keepStatements(connection);
    this.orm = drizzle(connection, { schema });
  }

  /**
   * What became of the database's file since it was opened; undefined while it is there. At the first look after it went, a
   * copy is written from what this process still holds open; the copy goes when the file is put back.
   */
  loss(): Loss | undefined {
    const { name } = this.#connection;
    const now = statSync(name, { throwIfNoEntry: false });
    const isThere = now?.ino === this.#opened.ino && now.dev === this.#opened.dev;
    const copy = join(dirname(name), RESCUED_FILE);
    if (isThere) {
      if (this.#loss) rmSync(copy, { force: true });
      this.#loss = undefined;
    } else this.#loss ??= this.#saveCopy(copy);
    return this.#loss;
  }

  #saveCopy(copy: string): Loss {
    try {
      // One of an earlier loss may be all that is left of that.
      new Quarantine(dirname(copy)).move(copy, RESCUED_FILE, 'database_lost');
      this.#connection.prepare('VACUUM INTO ?').run(copy);
      return { copy };
    } catch (cause) {
      return { copy: null, cause };
    }
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
   * Runs `work` as one transaction; listeners are called with its events after the commit.
   * Throws what `work` throws, after undoing everything, and {@link DatabaseLostError} where it would be written into a file
   * that nobody can open any more.
   */
  write<T>(work: () => T): T {
    if (this.#connection.inTransaction)
      throw new TypeError('Expected write() outside of a transaction, got it inside of one');
    if (this.loss())
      throw new DatabaseLostError('The file of the database is gone, or another is in its place');
    this.#appended = [];
    const result = this.#connection.transaction(work).immediate();
    const appended = this.#appended;
    this.#appended = [];
    if (appended.length > 0) for (const listener of this.#listeners) listener(appended);
    return result;
  }

  /** As {@link write}, for what makes room in the end, and for what says that there is none: on a full disk it uses the reserve. */
  writeOnReserve<T>(work: () => T): T {
    for (;;)
      try {
        return this.write(work);
      } catch (error) {
        if (storageFaultOf(error) !== 'disk_full' || !this.reserve.release()) throw error;
      }
  }

  /**
   * Appends an event to the log; only inside of {@link write}, together with the rows that it describes. It belongs to whom its
   * session does, or to `owner` where that session is gone.
   */
  append({ owner, ...event }: NewEvent): EventRow {
    if (!this.#connection.inTransaction)
      throw new TypeError('Expected append() inside of write(), got it outside');
    const row = this.orm
      .insert(schema.events)
      .values({ ...event, owner: owner ?? ownerOf(event.sessionId), at: this.now() })
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

  /** Empties the log beside the file, which holds what was written last, and so what was deleted since. */
  emptyLog(): void {
    this.#connection.pragma('wal_checkpoint(TRUNCATE)');
  }

  /** Closes the file and gives the data folder back. */
  close(): void {
    this.#connection.close();
    this.#unlock();
  }
}

/** The owner of a session; nobody, of what is no session. */
const ownerOf = (sessionId: string) =>
  sql<string>`coalesce((SELECT owner FROM sessions WHERE id = ${sessionId}), '')`;
