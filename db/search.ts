/**
 * Full-text search over prompts and titles. Words are separated here, since SQLite knows no Chinese; the index itself
 * follows the table by triggers. Knows nothing of how results are shown.
 */
import { and, eq, isNull, sql } from 'drizzle-orm';
import type { Database } from './database.ts';
import { searchTexts } from './schema.ts';

export interface SearchHit {
  sessionId: string;
  /** Null: the title of the session was found. */
  nodeId: string | null;
}

const segmenter = new Intl.Segmenter('zh', { granularity: 'word' });

function wordsOf(text: string): string[] {
  return [...segmenter.segment(text)].filter((part) => part.isWordLike).map((part) => part.segment);
}

/** Makes a prompt findable. */
export function indexPrompt(db: Database, sessionId: string, nodeId: string, prompt: string): void {
  db.orm
    .insert(searchTexts)
    .values({ sessionId, nodeId, words: wordsOf(prompt).join(' ') })
    .run();
}

/** Makes a title findable in place of the one before. */
export function indexTitle(db: Database, sessionId: string, title: string): void {
  db.orm
    .delete(searchTexts)
    .where(and(eq(searchTexts.sessionId, sessionId), isNull(searchTexts.nodeId)))
    .run();
  db.orm
    .insert(searchTexts)
    .values({ sessionId, nodeId: null, words: wordsOf(title).join(' ') })
    .run();
}

/** Prompts and titles of an owner that hold every word of the query, best first; the last word may be unfinished. */
export function search(db: Database, owner: string, query: string, limit = 50): SearchHit[] {
  const words = wordsOf(query).map((word) => `"${word.replaceAll('"', '""')}"`);
  if (words.length === 0) return [];
  return db.orm.all<SearchHit>(sql`
    SELECT search_texts.session_id AS sessionId, search_texts.node_id AS nodeId
    FROM search_index
    JOIN search_texts ON search_texts.id = search_index.rowid
    JOIN sessions ON sessions.id = search_texts.session_id
    WHERE search_index MATCH ${`${words.join(' ')}*`} AND sessions.owner = ${owner}
    ORDER BY search_index.rank
    LIMIT ${limit}`);
}
