/**
 * The open database: write transactions, its clock, and the listeners of appended events. Calls are synchronous and short.
 * Knows what an event row is and nothing of what events mean.
 */
import type BetterSqlite from 'better-sqlite3';
import { sql } from 'drizzle-orm';
import { type BetterSQLite3Database, drizzle } from 'drizzle-orm/better-sqlite3';
import * as schema from './schema.ts';

export type EventRow = typeof schema.events.$inferSelect;
export type EventListener = (events: readonly EventRow[]) => void;

export class Database {
  readonly orm: BetterSQLite3Database<typeof schema>;
  readonly #connection: BetterSqlite.Database;
  readonly #unlock: () => void;
  readonly #listeners = new Set<EventListener>();
  #appended: EventRow[] = [];
  #newest = 0;

  /** Use `openDatabase`. */
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
   * Runs `work` as one transaction; listeners are called with its events after the commit.
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

  /** Appends an event to the log; only inside of {@link write}, together with the rows that it describes. */
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
