/**
 * What can still be read of a damaged database, row by row, as a new one of the same form: where a page is damaged, the rows on it
 * are left out and all others come along. Knows no meaning of any table.
 */
import { rmSync } from 'node:fs';
import BetterSqlite from 'better-sqlite3';

/** A table, how many of its rows were saved, and whether some could not be read. */
export interface Salvaged {
  table: string;
  rows: number;
  isCut: boolean;
}

interface Part {
  type: string;
  name: string;
  sql: string;
}

/** Rows that are read at a time while nothing is damaged. */
const ROWS_AT_ONCE = 500;
/** Furthest that is leapt over what cannot be read. */
const LONGEST_LEAP = 1_024;
/** Reads in a row that find nothing, after which the rest of a table is given up. */
const MOST_MISSES = 20_000;

/** Writes what can be read of one file into another. Undefined, and no file: it is no database any more. */
export function salvage(from: string, to: string): Salvaged[] | undefined {
  const damaged = new BetterSqlite(from, { readonly: true, fileMustExist: true });
  const saved = new BetterSqlite(to);
  try {
    const parts = partsOf(damaged);
    saved.pragma('foreign_keys = OFF');
    const tables = parts.filter(({ type, sql }) => type === 'table' && !isVirtual(sql));
    const own = tables.filter(({ name }) => !isShadow(name, parts));
    for (const { sql } of own) saved.exec(sql);
    const report = own.map(({ name }) => copyTable(damaged, saved, name));
    for (const { sql } of parts.filter(({ type, sql }) => type === 'table' && isVirtual(sql)))
      saved.exec(sql);
    // A unique index may find two rows alike that a damaged page made so; the rows count more.
    for (const { sql } of parts.filter(({ type }) => type === 'index')) tryTo(() => saved.exec(sql));
    for (const { sql } of parts.filter(({ type }) => type === 'trigger')) saved.exec(sql);
    for (const { name } of parts.filter(({ sql }) => isVirtual(sql)))
      tryTo(() => saved.exec(`INSERT INTO "${name}"("${name}") VALUES ('rebuild')`));
    return report;
  } catch {
    saved.close();
    rmSync(to, { force: true });
    return undefined;
  } finally {
    damaged.close();
    saved.close();
  }
}

/** The statements that make a database what it is. Throws where not even these can be read. */
function partsOf(database: BetterSqlite.Database): Part[] {
  const parts = database
    .prepare(
      `SELECT type, name, sql FROM sqlite_master WHERE sql IS NOT NULL AND name NOT LIKE 'sqlite~_%' ESCAPE '~'`,
    )
    .all() as Part[];
  if (parts.length === 0) throw new Error('Expected tables, got none');
  return parts;
}

const isVirtual = (sql: string): boolean => /^CREATE VIRTUAL/i.test(sql);

/** Whether a table belongs to a virtual one, which makes it again. */
function isShadow(name: string, parts: readonly Part[]): boolean {
  return parts.some((part) => isVirtual(part.sql) && name.startsWith(`${part.name}_`));
}

function copyTable(from: BetterSqlite.Database, to: BetterSqlite.Database, table: string): Salvaged {
  const rowids = new RowIds(from, table);
  let rows = 0;
  let insert: BetterSqlite.Statement | undefined;
  const store = to.transaction((read: readonly Record<string, unknown>[]) => {
    for (const row of read) {
      const names = Object.keys(row);
      insert ??= to.prepare(
        `INSERT OR IGNORE INTO "${table}" (${names.map((name) => (name === KEY ? 'rowid' : `"${name}"`)).join(', ')})
         VALUES (${names.map(() => '?').join(', ')})`,
      );
      rows += insert.run(...Object.values(row)).changes;
    }
  });
  for (const read of rowids.all()) store(read);
  return { table, rows, isCut: rowids.isCut };
}

const KEY = '__rowid';

/** The rows of a table in the order of their numbers, with leaps over what cannot be read. */
class RowIds {
  isCut = false;
  readonly #after: BetterSqlite.Statement;

  constructor(database: BetterSqlite.Database, table: string) {
    const columns = (
      database.pragma(`table_info("${table}")`) as { name: string; type: string; pk: number }[]
    )
      // An integer key is the row's number itself.
      .filter(({ type, pk }) => !(pk === 1 && /^integer$/i.test(type)))
      .map(({ name }) => `"${name}"`);
    this.#after = database.prepare(
      `SELECT ${[`rowid AS ${KEY}`, ...columns].join(', ')} FROM "${table}" WHERE rowid > ? ORDER BY rowid LIMIT ?`,
    );
  }

  *all(): Generator<Record<string, unknown>[]> {
    let after = 0;
    let limit = ROWS_AT_ONCE;
    for (;;) {
      const rows = this.#read(after, limit);
      if (rows === undefined && limit > 1) limit = 1;
      else if (rows === undefined) {
        this.isCut = true;
        const next = this.#leapFrom(after);
        if (next === undefined) return;
        after = next;
      } else {
        if (rows.length > 0) yield rows;
        if (rows.length < limit) return;
        after = rows.at(-1)![KEY] as number;
        limit = Math.min(limit * 2, ROWS_AT_ONCE);
      }
    }
  }

  /** The least number behind which a row can be read again; undefined where there is none. */
  #leapFrom(unreadable: number): number | undefined {
    let before = unreadable;
    let leap = 1;
    for (let misses = 0; misses < MOST_MISSES; misses += 1) {
      const there = before + leap;
      if (this.#read(there, 1)) return this.#least(before, there);
      before = there;
      leap = Math.min(leap * 2, LONGEST_LEAP);
    }
    return undefined;
  }

  #least(unreadable: number, readable: number): number {
    let [low, high] = [unreadable, readable];
    while (high - low > 1) {
      const middle = Math.floor((low + high) / 2);
      if (this.#read(middle, 1)) high = middle;
      else low = middle;
    }
    return high;
  }

  #read(after: number, limit: number): Record<string, unknown>[] | undefined {
    try {
      return this.#after.all(after, limit) as Record<string, unknown>[];
    } catch {
      return undefined;
    }
  }
}

function tryTo(work: () => void): void {
  try {
    work();
  } catch {
    // Said by the check that follows.
  }
}
