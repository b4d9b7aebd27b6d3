/**
 * Prepared statements that are kept: each text of SQL is prepared once, however often it is asked. Statements that are made for
 * every query would only be freed after the tick, so that a long loop of queries takes memory for each of them. Knows no table.
 */
import type BetterSqlite from 'better-sqlite3';

/** Lists of values make new texts; the one that was not asked for longest goes first. */
const MOST_KEPT = 500;

/** One text of SQL. Rows as arrays are a mode of a statement that stays, so they have a statement of their own. */
class KeptStatement {
  readonly #prepare: () => BetterSqlite.Statement;
  #rows: BetterSqlite.Statement | undefined;
  #arrays: BetterSqlite.Statement | undefined;

  constructor(prepare: () => BetterSqlite.Statement) {
    this.#prepare = prepare;
    // A text that cannot be prepared is told to whoever brings it.
    this.#rows = prepare();
  }

  raw(): BetterSqlite.Statement {
    this.#arrays ??= (this.#rows ?? this.#prepare()).raw();
    // Most texts are asked in one mode only.
    if (this.#rows === this.#arrays) this.#rows = undefined;
    return this.#arrays;
  }

  run(...values: unknown[]): BetterSqlite.RunResult {
    return this.#plain.run(...values);
  }

  all(...values: unknown[]): unknown[] {
    return this.#plain.all(...values);
  }

  get(...values: unknown[]): unknown {
    return this.#plain.get(...values);
  }

  get #plain(): BetterSqlite.Statement {
    this.#rows ??= this.#prepare();
    return this.#rows;
  }
}

/** Gives statements of a connection to drizzle, which uses no more of them than {@link KeptStatement} has. */
export function keepStatements(connection: BetterSqlite.Database): void {
  const kept = new Map<string, KeptStatement>();
  const prepare = connection.prepare.bind(connection) as (text: string) => BetterSqlite.Statement;
  const statementOf = (text: string): KeptStatement => {
    const found = kept.get(text) ?? new KeptStatement(() => prepare(text));
    kept.delete(text);
    kept.set(text, found);
    if (kept.size > MOST_KEPT) kept.delete(kept.keys().next().value!);
    return found;
  };
  connection.prepare = statementOf as unknown as typeof connection.prepare;
}
