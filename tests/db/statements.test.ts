/** Kept statements: every query gets its own rows in its own form, and a long loop of queries takes no memory for each. */
import BetterSqlite from 'better-sqlite3';
import { sql } from 'drizzle-orm';
import { drizzle } from 'drizzle-orm/better-sqlite3';
import { integer, sqliteTable, text } from 'drizzle-orm/sqlite-core';
import { expect, it, onTestFinished } from 'vitest';
import { keepStatements } from '../../db/statements.ts';

const things = sqliteTable('things', { id: integer().primaryKey(), name: text().notNull() });

function opened() {
  const connection = new BetterSqlite(':memory:');
  onTestFinished(() => void connection.close());
  connection.exec('CREATE TABLE things (id INTEGER PRIMARY KEY, name TEXT NOT NULL)');
  keepStatements(connection);
  const orm = drizzle(connection);
  orm
    .insert(things)
    .values([
      { id: 1, name: 'fox' },
      { id: 2, name: 'owl' },
    ])
    .run();
  return orm;
}

it('takes no memory for each query of a long loop', () => {
  const orm = opened();
  const grown = (queries: number) => {
    const before = process.memoryUsage().rss;
    for (let query = 0; query < queries; query += 1)
      orm.select().from(things).where(sql`id = ${query}`).get();
    return process.memoryUsage().rss - before;
  };
  grown(2_000);
  // With a statement for each query about 200 MB, kept.
  expect(grown(60_000)).toBeLessThan(100_000_000);
});

it('gives rows of one text as objects and as arrays, in any order', () => {
  const orm = opened();
  const query = orm.select().from(things);
  const asObjects = () => orm.all(sql.raw(query.toSQL().sql));
  const rows = [
    { id: 1, name: 'fox' },
    { id: 2, name: 'owl' },
  ];
  for (let time = 0; time < 3; time += 1) {
    expect(query.all()).toEqual(rows);
    expect(asObjects()).toEqual(rows);
    expect(query.get()).toEqual(rows[0]);
    expect(orm.values(sql.raw(query.toSQL().sql))).toEqual([
      [1, 'fox'],
      [2, 'owl'],
    ]);
  }
});

it('knows more texts than it keeps, and tables that change', () => {
  const orm = opened();
  for (let count = 1; count <= 1_200; count += 1) {
    const ids = Array.from({ length: count }, (_, k) => k + 1);
    const found = orm.select().from(things).where(sql`id IN ${ids}`).all();
    expect(found).toHaveLength(Math.min(count, 2));
  }
  const all = () => orm.all(sql`SELECT * FROM things`);
  expect(all()).toHaveLength(2);
  orm.run(sql`ALTER TABLE things ADD COLUMN age INTEGER`);
  expect(all()).toEqual([
    { id: 1, name: 'fox', age: null },
    { id: 2, name: 'owl', age: null },
  ]);
});

it('tells a text that cannot be prepared, and forgets it', () => {
  const orm = opened();
  for (let time = 0; time < 2; time += 1) expect(() => orm.all(sql`SELECT * FROM others`)).toThrow();
  orm.run(sql`CREATE TABLE others (id INTEGER)`);
  expect(orm.all(sql`SELECT * FROM others`)).toEqual([]);
});
