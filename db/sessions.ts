/** Sessions: list, make, change, delete. Knows rows, not how a page shows them. */
import { randomBytes } from 'node:crypto';
import { desc, eq, sql } from 'drizzle-orm';
import type { Database } from './database.ts';
import { newId } from './ids.ts';
import { sessions } from './schema.ts';
import { indexTitle } from './search.ts';

/** A session with what a list shows of it. */
export type SessionRow = typeof sessions.$inferSelect & { thumbnailHash: string | null; imageCount: number };

// Plain SQL: in a select from one table Drizzle leaves table names out, and these need them.
const newestPicture = sql<string | null>`(
  SELECT images.pixels_blob FROM images JOIN nodes ON nodes.id = images.node_id
  WHERE nodes.session_id = sessions.id ORDER BY images.version DESC LIMIT 1)`;
const pictureCount = sql<number>`(
  SELECT count(*) FROM images JOIN nodes ON nodes.id = images.node_id WHERE nodes.session_id = sessions.id)`;

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
      headImageId: sessions.headImageId,
      lastPosition: sessions.lastPosition,
      lastVersion: sessions.lastVersion,
      thumbnailHash: newestPicture,
      imageCount: pictureCount,
    })
    .from(sessions);
}

/** All sessions of an owner, newest change first. */
export function listSessions(db: Database, owner: string): SessionRow[] {
  return selectSessions(db)
    .where(eq(sessions.owner, owner))
    .orderBy(desc(sessions.updatedAt), desc(sessions.id))
    .all();
}

export function findSession(db: Database, id: string): SessionRow | undefined {
  return selectSessions(db).where(eq(sessions.id, id)).get();
}

/** Makes an empty session; inside of `write`. */
export function insertSession(db: Database, owner: string, title: string): SessionRow {
  const id = newId();
  const now = Date.now();
  const seed = randomBytes(16).toString('hex');
  db.orm.insert(sessions).values({ id, owner, title, seed, createdAt: now, updatedAt: now }).run();
  indexTitle(db, id, title);
  return findSession(db, id) as SessionRow;
}

/** Gives a session another title; inside of `write`. */
export function renameSession(db: Database, id: string, title: string): void {
  db.orm.update(sessions).set({ title, updatedAt: Date.now() }).where(eq(sessions.id, id)).run();
  indexTitle(db, id, title);
}

/** Marks a session as changed now, with another head if one is given; inside of `write`. */
export function touchSession(db: Database, id: string, headImageId?: string): void {
  db.orm
    .update(sessions)
    .set({ updatedAt: Date.now(), ...(headImageId === undefined ? {} : { headImageId }) })
    .where(eq(sessions.id, id))
    .run();
}

/** Deletes a session with its nodes, inputs, images and jobs; inside of `write`. */
export function deleteSession(db: Database, id: string): void {
  db.orm.delete(sessions).where(eq(sessions.id, id)).run();
}
