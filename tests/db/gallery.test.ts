/** The gallery's search finds every picture, however many there are and in whatever order they came. */

import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { sql } from 'drizzle-orm';
import { beforeAll, expect, it, onTestFinished } from 'vitest';
import { OWNER, writeHistory } from '../../bench/history-data.ts';
import type { Database } from '../../db/database.ts';
import { openDatabase } from '../../db/folder/open-database.ts';
import { type GalleryPart, type GalleryRow, listPictures } from '../../db/gallery.ts';
import { wordsOf } from '../../studio/words.ts';

const TURNS = 3_000;

let folder: string;
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'palimpsest-gallery-'));
  writeHistory(folder, { sessions: 40, turns: TURNS, longest: 200 });
  return () => rmSync(folder, { recursive: true });
});

function open(): Database {
  const db = openDatabase(folder);
  onTestFinished(() => db.close());
  return db;
}

/** Every part of a list, as a page asks for them. */
function allOf(db: Database, part: Omit<GalleryPart, 'limit' | 'after'>, limit = 100): GalleryRow[] {
  const rows: GalleryRow[] = [];
  for (;;) {
    const last = rows.at(-1)?.picture;
    const next = listPictures(db, OWNER, {
      ...part,
      limit,
      after: last && { at: last.createdAt, id: last.id },
    });
    rows.push(...next);
    if (next.length < limit) return rows;
  }
}

const idsOf = (rows: GalleryRow[]) => rows.map(({ picture }) => picture.id);

const QUERIES = ['a', 'the', 'in the', 'fox', 'umbrella night', '红色', 'nowhere'];

function isFound({ prompt }: GalleryRow, query: string): boolean {
  if (query === '红色') return prompt.includes(query);
  const words = wordsOf(prompt);
  const [last, ...whole] = wordsOf(query).toReversed();
  return (
    whole.every((word) => words.includes(word)) &&
    words.some((word) => (last!.length > 1 ? word.startsWith(last!) : word === last))
  );
}

function expectAll(db: Database): void {
  const every = allOf(db, {}, 1_000);
  expect(every).toHaveLength(TURNS);
  for (const q of QUERIES) {
    const right = every.filter((row) => isFound(row, q));
    expect([q, idsOf(allOf(db, { q }))]).toEqual([q, idsOf(right)]);
    const sessionId = 'session-0';
    const here = right.filter((row) => row.sessionId === sessionId);
    expect(idsOf(allOf(db, { q, sessionId }, 7))).toEqual(idsOf(here));
    const made = right.filter(({ kind }) => kind === 'generate');
    expect(idsOf(allOf(db, { q, kind: 'generate' }))).toEqual(idsOf(made));
  }
}

it('finds the oldest picture of a word that is in nearly every prompt', () => expectAll(open()));

it('finds all where pictures came in another order than their prompts, as imported ones and repeated ones do', () => {
  const db = open();
  // Every seventh picture is as if made long after its prompt was written, and every eleventh as if long before.
  db.orm.run(sql`UPDATE pictures SET created_at = created_at + 1000000000 WHERE rowid % 7 = 0`);
  db.orm.run(sql`UPDATE pictures SET created_at = created_at - 1000000000 WHERE rowid % 11 = 0`);
  expectAll(db);
});

it('finds nothing for what has no word', () => expect(allOf(open(), { q: '…' })).toEqual([]));
