/**
 * Sessions: list, make, delete, restore, purge. What can be undone is in `operations.ts`. Knows rows, not how a page shows them.
 */
import { randomBytes } from 'node:crypto';
import { and, desc, eq, inArray, isNotNull, isNull, type SQL, sql } from 'drizzle-orm';
import type { SessionListState } from '../studio/vocabulary.ts';
import type { Database } from './database.ts';
import { newId } from './ids.ts';
import { jobs, sessions, turns } from './schema.ts';
import { indexTitle } from './search.ts';

/** A session with what a list shows of it. */
export type SessionRow = typeof sessions.$inferSelect & {
  thumbnailHash: string | null;
  pictureCount: number;
};

// Plain SQL: in a select from one table Drizzle leaves table names out, and this needs them. In the order of an index, so
// that it ends at the first row whatever the length of the session.
const newestPicture = sql<string | null>`(
  SELECT pictures.pixels_blob FROM turns CROSS JOIN pictures ON pictures.turn_id = turns.id
  WHERE turns.session_id = sessions.id ORDER BY turns.position DESC, pictures."index" DESC LIMIT 1)`;

function selectSessions(db: Database) {
  return db.orm
    .select({
      id: sessions.id,
      owner: sessions.owner,
      title: sessions.title,
      seed: sessions.seed,
      createdAt: sessions.createdAt,
      updatedAt: sessions.updatedAt,
      archivedAt: sessions.archivedAt,
      deletedAt: sessions.deletedAt,
      pinnedAt: sessions.pinnedAt,
      tags: sessions.tags,
      headPictureId: sessions.headPictureId,
      lastPosition: sessions.lastPosition,
      lastVersion: sessions.lastVersion,
      thumbnailHash: newestPicture,
      // A version is given to every picture, and no picture goes away before its session.
      pictureCount: sessions.lastVersion,
    })
    .from(sessions);
}

/** Which part of the list: its state, a tag, whether pinned ones alone, how many, and after which session of the part before. */
export interface ListPart {
  state?: SessionListState;
  tag?: string;
  pinned?: boolean;
  limit?: number;
  after?: { updatedAt: number; id: string };
}

const IN_STATE: Record<SessionListState, SQL | undefined> = {
  active: and(isNull(sessions.deletedAt), isNull(sessions.archivedAt)),
  archived: and(isNull(sessions.deletedAt), isNotNull(sessions.archivedAt)),
  deleted: isNotNull(sessions.deletedAt),
};

const hasTag = (tag: string): SQL =>
  sql`EXISTS (SELECT 1 FROM json_each(${sessions.tags}) WHERE json_each.value = ${tag})`;

/** Every tag of an owner's sessions that are not deleted, in the order of their letters. */
export function tagsOf(db: Database, owner: string): string[] {
  return db.orm
    .all<{ tag: string }>(
      sql`SELECT DISTINCT json_each.value AS tag FROM sessions, json_each(sessions.tags)
        WHERE owner = ${owner} AND deleted_at IS NULL ORDER BY tag COLLATE NOCASE`,
    )
    .map(({ tag }) => tag);
}

/** Puts a session above the others, or back among them; inside of `write`. */
export function setPinned(db: Database, id: string, isPinned: boolean): void {
  db.orm
    .update(sessions)
    .set({ pinnedAt: isPinned ? db.now() : null })
    .where(eq(sessions.id, id))
    .run();
}

/** Gives a session these tags in place of those before; inside of `write`. */
export function setTags(db: Database, id: string, tags: string[]): void {
  db.orm.update(sessions).set({ tags }).where(eq(sessions.id, id)).run();
}

/** Sessions of an owner, newest change first. */
export function listSessions(
  db: Database,
  owner: string,
  { state = 'active', tag, pinned, limit = -1, after }: ListPart = {},
): SessionRow[] {
  const isAfter = after && sql`(${sessions.updatedAt}, ${sessions.id}) < (${after.updatedAt}, ${after.id})`;
  return selectSessions(db)
    .where(
      and(
        eq(sessions.owner, owner),
        IN_STATE[state],
        isAfter,
        tag === undefined ? undefined : hasTag(tag),
        pinned ? isNotNull(sessions.pinnedAt) : undefined,
      ),
    )
    .orderBy(desc(sessions.updatedAt), desc(sessions.id))
    .limit(limit)
    .all();
}

export function findSession(db: Database, id: string): SessionRow | undefined {
  return selectSessions(db).where(eq(sessions.id, id)).get();
}

/** Those sessions that have these ids, in any order. */
export function findSessions(db: Database, ids: readonly string[]): SessionRow[] {
  return ids.length === 0
    ? []
    : selectSessions(db)
        .where(inArray(sessions.id, [...ids]))
        .all();
}

/** Makes an empty session; inside of `write`. */
export function insertSession(db: Database, owner: string, title: string): SessionRow {
  const id = newId();
  const now = db.now();
  const seed = randomBytes(16).toString('hex');
  db.orm.insert(sessions).values({ id, owner, title, seed, createdAt: now, updatedAt: now }).run();
  indexTitle(db, id, title);
  return findSession(db, id) as SessionRow;
}

/** Gives a session another title; inside of `write`. */
export function renameSession(db: Database, id: string, title: string): void {
  db.orm.update(sessions).set({ title, updatedAt: db.now() }).where(eq(sessions.id, id)).run();
  indexTitle(db, id, title);
}

/** Marks a session as changed now; inside of `write`. */
export function touchSession(db: Database, id: string): void {
  db.orm.update(sessions).set({ updatedAt: db.now() }).where(eq(sessions.id, id)).run();
}

/** Puts a session among the deleted ones, or back; inside of `write`. */
export function markDeleted(db: Database, id: string, deletedAt: number | null): void {
  db.orm.update(sessions).set({ deletedAt }).where(eq(sessions.id, id)).run();
}

/** All deleted sessions that have no run under way. */
export function deletedSessions(db: Database): SessionRow[] {
  const isBusy = sql`EXISTS (
    SELECT 1 FROM ${jobs} JOIN ${turns} ON ${turns.id} = ${jobs.turnId}
    WHERE ${turns.sessionId} = sessions.id AND ${jobs.state} = 'running')`;
  return selectSessions(db)
    .where(and(isNotNull(sessions.deletedAt), sql`NOT ${isBusy}`))
    .all();
}

/** Deletes a session with its turns, inputs, pictures, jobs and operations, for good; inside of `write`. */
export function deleteSession(db: Database, id: string): void {
  db.orm.delete(sessions).where(eq(sessions.id, id)).run();
}
