/**
 * Full-text search over prompts and titles, newest first. SQLite separates words by spaces, which Chinese and Japanese do
 * not have: there each character is a word of the index, and a word of a query is a row of them, so that a find
 * does not depend on how a dictionary cut the text around it. The index follows its table by triggers. Knows nothing of how
 * results are shown.
 */
import { and, desc, eq, inArray, isNull, type SQL, sql } from 'drizzle-orm';
import type { Recipe } from '../studio/recipe.ts';
import { wordsOf } from '../studio/words.ts';
import type { Database } from './database.ts';
import { inputs, pictures, searchTexts, sessions, turns } from './schema.ts';

export interface SearchHit {
  /** Place in the index; higher is newer. */
  id: number;
  sessionId: string;
  /** Null: the title of the session was found. */
  turnId: string | null;
}

/** Which part of the results: how many, and only what is older than `before`. */
export interface SearchPart {
  limit?: number;
  before?: number;
  /** Only titles, or only prompts. */
  of?: 'titles' | 'prompts';
}

/** Version of the form in which texts are indexed; a change makes the index anew at the next start. */
const FORM = 3;
/** So many words of a branch are kept. */
const MAX_BRANCH_WORDS = 2_000;
const MAX_WORDS = 32;
const UNSPACED = /^[\p{Script=Han}\p{Script=Hiragana}\p{Script=Katakana}]/u;
const UNSPACED_RUN = /((?:[\p{Script=Han}\p{Script=Hiragana}\p{Script=Katakana}](?:\s|$))+)/u;

const EMOJI = /\p{RGI_Emoji}/gv;
/** Skin colours, and the sign that asks for the coloured form. */
const VARIANTS = /[\u{1F3FB}-\u{1F3FF}\uFE0F]/gu;

/** Words of a text and its emoji, which the index takes for signs between words: those are spelt out by their numbers. */
function searchedWords(text: string): string[] {
  const emoji = [...text.matchAll(EMOJI)].map(([sign]) => {
    const plain = [...sign.replaceAll(VARIANTS, '')];
    return `emoji${plain.map((each) => each.codePointAt(0)!.toString(16)).join('x')}`;
  });
  return [...emoji, ...wordsOf(text.replaceAll(EMOJI, ' '))];
}

/** A text as the index holds it: words apart, each sign of Chinese and Japanese a word. */
export function indexed(text: string): string {
  return searchedWords(text).map(spaced).join(' ');
}

const spaced = (word: string): string => (UNSPACED.test(word) ? [...word].join(' ') : word);

/** The query in FTS5's language: every word, the last one perhaps unfinished. Undefined where there is no word. */
function matchOf(query: string): string | undefined {
  const words = searchedWords(query).slice(0, MAX_WORDS);
  const phrases = words.map((word) => `"${spaced(word).replaceAll('"', '""')}"`);
  const last = words.at(-1);
  if (last === undefined) return undefined;
  // One letter begins half of all words: only a whole word of one letter is found.
  return [...last].length > 1 ? `${phrases.join(' ')}*` : phrases.join(' ');
}

/** Which texts hold every word of a query, in their branches too, as conditions on rows of `search_index`; undefined where it has no word. */
export function textsWith(query: string): SQL | undefined {
  const match = matchOf(query);
  return match === undefined ? undefined : sql`search_index MATCH ${match}`;
}

/** Makes a turn findable: by its prompt, by the words of what it goes back to, and by the words drawn in its pictures. Its inputs are stored. */
export function indexTurn(
  db: Database,
  { id, sessionId, prompt, recipe }: { id: string; sessionId: string; prompt: string; recipe: Recipe | null },
): void {
  const words = indexed(prompt);
  const branch = branchOf(db, id, recipe);
  if (words === '' && branch === '') return;
  db.orm.insert(searchTexts).values({ sessionId, turnId: id, words, branch }).run();
}

function branchOf(db: Database, turnId: string, recipe: Recipe | null): string {
  const parents = db.orm
    .select({ words: searchTexts.words, branch: searchTexts.branch })
    .from(inputs)
    .innerJoin(searchTexts, eq(searchTexts.turnId, inputs.madeBy))
    .where(eq(inputs.turnId, turnId))
    .all();
  const drawn = (recipe?.renderTexts ?? []).map(indexed);
  const texts = [...drawn, ...parents.flatMap(({ words, branch }) => [words, branch])];
  // Each once: a long branch says the same few words again and again. Signs of Chinese are found by their neighbours.
  const words = texts.flatMap((text) =>
    text.split(UNSPACED_RUN).flatMap((part) => (UNSPACED.test(part) ? [part.trim()] : part.split(' '))),
  );
  return [...new Set(words)]
    .filter((word) => word !== '')
    .slice(0, MAX_BRANCH_WORDS)
    .join(' ');
}

/** Makes a title findable in place of the one before. */
export function indexTitle(db: Database, sessionId: string, title: string): void {
  db.orm
    .delete(searchTexts)
    .where(and(eq(searchTexts.sessionId, sessionId), isNull(searchTexts.turnId)))
    .run();
  db.orm
    .insert(searchTexts)
    .values({ sessionId, turnId: null, words: indexed(title) })
    .run();
}

/**
 * Prompts and titles of an owner that hold every word of the query, newest first; with several queries, of any of them. Deleted
 * sessions and removed turns are left out.
 */
export function search(
  db: Database,
  owner: string,
  query: string | readonly string[],
  { limit = 50, before = Number.MAX_SAFE_INTEGER, of }: SearchPart = {},
): SearchHit[] {
  const matches = [query].flat().flatMap((each) => matchOf(each) ?? []);
  if (matches.length === 0) return [];
  const match = matches.map((each) => `(${each})`).join(' OR ');
  const kind =
    of === undefined
      ? sql``
      : of === 'titles'
        ? sql`AND text.turn_id IS NULL`
        : sql`AND text.turn_id IS NOT NULL`;
  // CROSS JOIN: the index goes first, newest first, and stops at the limit. Ranking would read every hit.
  return db.orm.all<SearchHit>(sql`
    SELECT text.id AS id, text.session_id AS sessionId, text.turn_id AS turnId
    FROM search_index
    CROSS JOIN search_texts AS text ON text.id = search_index.rowid
    CROSS JOIN sessions ON sessions.id = text.session_id
    LEFT JOIN turns ON turns.id = text.turn_id
    WHERE search_index MATCH ${`words : (${match})`} AND search_index.rowid < ${before} ${kind}
      AND sessions.owner = ${owner} AND sessions.deleted_at IS NULL
      AND coalesce(turns.state, 'active') <> 'removed'
    ORDER BY search_index.rowid DESC
    LIMIT ${limit}`);
}

/** Blob of the first picture of each turn that has one, to show beside a result. */
export function firstPictures(db: Database, turnIds: readonly string[]): Map<string, string> {
  if (turnIds.length === 0) return new Map();
  const rows = db.orm
    .select({ turnId: pictures.turnId, hash: pictures.pixelsBlob })
    .from(pictures)
    .where(inArray(pictures.turnId, [...turnIds]))
    .orderBy(desc(pictures.index))
    .all();
  return new Map(rows.map(({ turnId, hash }) => [turnId, hash]));
}

/** Indexes everything again where the index was written in another form; once, after migrating. */
export function reindexIfOld(db: Database): void {
  const { user_version } = db.orm.get<{ user_version: number }>(sql`PRAGMA user_version`);
  if (user_version === FORM) return;
  db.write(() => {
    db.orm.delete(searchTexts).run();
    const all = db.orm
      .select({ id: turns.id, sessionId: turns.sessionId, prompt: turns.prompt, recipe: turns.recipe })
      .from(turns)
      .orderBy(turns.createdAt, turns.position)
      .all();
    for (const turn of all) indexTurn(db, turn);
    for (const { id, title } of db.orm.select().from(sessions).all()) indexTitle(db, id, title);
    db.orm.run(sql.raw(`PRAGMA user_version = ${FORM}`));
  });
}
