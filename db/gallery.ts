/** Pictures over all sessions of an owner, newest first. Knows rows, not how a page shows them. */
import { and, asc, desc, eq, inArray, isNotNull, isNull, ne, type SQL, sql } from 'drizzle-orm';
import type { GallerySort } from '../studio/vocabulary.ts';
import type { Database } from './database.ts';
import type { PictureRow } from './pictures.ts';
import { pictures, sessions, turns } from './schema.ts';
import { textsWith } from './search.ts';
import type { TurnRow } from './turns.ts';

/** A picture's place in the order of lists: its time, and its id among those of one time. */
export interface ListPlace {
  at: number;
  id: string;
}

export interface GalleryPart {
  /** Only pictures whose branch of instructions has these words, or that have them drawn in them. */
  q?: string;
  sessionId?: string;
  kind?: TurnRow['kind'];
  turnId?: string;
  pictureIds?: readonly string[];
  /** Only favourites. */
  favourites?: boolean;
  /** Default: newest first. */
  sort?: GallerySort;
  limit: number;
  after?: ListPlace;
}

export interface GalleryRow {
  picture: PictureRow;
  sessionId: string;
  sessionTitle: string;
  kind: TurnRow['kind'];
  prompt: string;
}

/** Up to so many hits are sorted more quickly than the newest pictures are searched for them, in a history of any length. */
const FEW = 1_000;

/** Pictures that are neither deleted nor removed. */
export function listPictures(
  db: Database,
  owner: string,
  { q, sessionId, kind, turnId, pictureIds, favourites, sort = 'newest', limit, after }: GalleryPart,
): GalleryRow[] {
  const found = q === undefined ? undefined : textsWith(q);
  if (q !== undefined && found === undefined) return [];
  const isRare = found !== undefined && sessionId === undefined && isFew(db, found);
  const rows = db.orm.select({
    picture: pictures,
    sessionId: sessions.id,
    sessionTitle: sessions.title,
    kind: turns.kind,
    prompt: turns.prompt,
  });
  // CROSS JOIN: in this order. The turns of a session or of few hits go first, and their pictures are sorted; or else all
  // pictures by their time, up to the limit. SQLite has no statistics here, and would sort every picture there is.
  const joined =
    sessionId !== undefined || isRare
      ? rows.from(turns).crossJoin(pictures).crossJoin(sessions)
      : rows.from(pictures).crossJoin(turns).crossJoin(sessions);
  return joined
    .where(
      and(
        eq(pictures.turnId, turns.id),
        eq(sessions.id, turns.sessionId),
        eq(sessions.owner, owner),
        isNull(sessions.deletedAt),
        ne(turns.state, 'removed'),
        found && (isRare ? isTurnOf(found) : hasText(found, sort === 'newest' ? after : undefined)),
        sessionId === undefined ? undefined : eq(turns.sessionId, sessionId),
        kind === undefined ? undefined : eq(turns.kind, kind),
        turnId === undefined ? undefined : eq(pictures.turnId, turnId),
        pictureIds === undefined ? undefined : inArray(pictures.id, [...pictureIds]),
        favourites ? isNotNull(pictures.favouriteAt) : undefined,
        after && isPast(after, sort),
      ),
    )
    .orderBy(
      ...(sort === 'newest'
        ? [desc(pictures.createdAt), desc(pictures.id)]
        : [asc(pictures.createdAt), asc(pictures.id)]),
    )
    .limit(limit)
    .all();
}

function isPast({ at, id }: ListPlace, sort: GallerySort): SQL {
  const place = sql`(${pictures.createdAt}, ${pictures.id})`;
  return sort === 'newest' ? sql`${place} < (${at}, ${id})` : sql`${place} > (${at}, ${id})`;
}

function isFew(db: Database, found: SQL): boolean {
  const { count } = db.orm.get<{ count: number }>(
    sql`SELECT count(*) AS count FROM (SELECT 1 FROM search_index WHERE ${found} LIMIT ${FEW + 1})`,
  );
  return count <= FEW;
}

/** Whether a turn is one of those found: the turns are looked up from the texts. */
function isTurnOf(found: SQL): SQL {
  return sql`${turns.id} IN (
    SELECT turn_id FROM search_texts WHERE id IN (SELECT rowid FROM search_index WHERE ${found}))`;
}

/**
 * Whether a picture's text is one of those found: the text is looked up from the picture. Texts mostly came in the order of
 * their pictures, so the newest hits from the cursor on decide for most of them; the list of all hits is made for the first picture
 * whose text is not among their ids, which may never come.
 */
function hasText(found: SQL, after: ListPlace | undefined): SQL {
  const text = sql`(SELECT id FROM search_texts WHERE turn_id = ${pictures.turnId})`;
  const cursor = sql`(SELECT text.id FROM pictures AS last JOIN search_texts AS text ON text.turn_id = last.turn_id
    WHERE last.id = ${after?.id ?? ''})`;
  const newest = sql`coalesce(${cursor}, ${Number.MAX_SAFE_INTEGER})`;
  const near = sql`SELECT rowid FROM search_index WHERE ${found} AND rowid <= ${newest} ORDER BY rowid DESC LIMIT ${FEW}`;
  return sql`CASE WHEN ${text} BETWEEN (SELECT min(rowid) FROM (${near})) AND ${newest} THEN ${text} IN (${near})
    ELSE ${text} IN (SELECT rowid FROM search_index WHERE ${found}) END`;
}
