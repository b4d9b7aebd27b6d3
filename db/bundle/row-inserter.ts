/** Many rows of one table: the statement is built once, so that a row costs little beyond SQLite's own work. Knows no table. */
import { getTableColumns, type Placeholder, sql } from 'drizzle-orm';
import type { SQLiteTable } from 'drizzle-orm/sqlite-core';
import type { Database } from '../database.ts';

/** Inserts rows whole: what a row does not name is null. Inside of `write`. */
export function rowInserter<Table extends SQLiteTable>(
  db: Database,
  table: Table,
): (row: Table['$inferInsert']) => void {
  const names = Object.keys(getTableColumns(table));
  const gaps = Object.fromEntries(names.map((name): [string, Placeholder] => [name, sql.placeholder(name)]));
  const statement = db.orm
    .insert(table)
    .values(gaps as never)
    .prepare();
  const nothing = Object.fromEntries(names.map((name) => [name, null]));
  return (row) => {
    statement.run({ ...nothing, ...(row as object) });
  };
}
