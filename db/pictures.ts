/** Pictures of the version graph. Knows no pixels; the bytes belong to `blobs.ts`, their rows to `blob-rows.ts`. */
import { and, asc, desc, eq, inArray, isNull, type SQL, sql } from 'drizzle-orm';
import type { OtherPicture } from '../studio/pictures.ts';
import type { Drift } from '../studio/recipe.ts';
import type { Database } from './database.ts';
import { pictureIdOf } from './ids.ts';
import { inputs, pictures, sessions, turns } from './schema.ts';

export type PictureRow = typeof pictures.$inferSelect;
export type NewPicture = Omit<PictureRow, 'id' | 'version' | 'createdAt' | 'drift' | 'favouriteAt'>;

/** Adds a picture with the next version of its session, and to the turns that wait for it; inside of `write`. */
export function insertPicture(db: Database, sessionId: string, picture: NewPicture): PictureRow {
  const { version } = db.orm
    .update(sessions)
    .set({ lastVersion: sql`${sessions.lastVersion} + 1` })
    .where(eq(sessions.id, sessionId))
    .returning({ version: sessions.lastVersion })
    .get();
  const id = pictureIdOf(picture.turnId, picture.index);
  // A bundle may name any id: of another owner's turns none waits for this picture.
  const isOwn = sql`(SELECT owner FROM sessions WHERE id = ${sessionId}) = (
    SELECT sessions.owner FROM turns JOIN sessions ON sessions.id = turns.session_id WHERE turns.id = ${inputs.turnId})`;
  db.orm
    .update(inputs)
    .set({ pixelsBlob: picture.pixelsBlob })
    .where(and(eq(inputs.pictureId, id), isNull(inputs.pixelsBlob), isOwn))
    .run();
  return db.orm
    .insert(pictures)
    .values({ ...picture, id, version, createdAt: db.now() })
    .returning()
    .get();
}

/** The picture with this id, if its session belongs to the owner. */
export function findPicture(db: Database, owner: string, id: string): PictureRow | undefined {
  return db.orm
    .select({ picture: pictures })
    .from(pictures)
    .innerJoin(turns, eq(turns.id, pictures.turnId))
    .innerJoin(sessions, eq(sessions.id, turns.sessionId))
    .where(and(eq(pictures.id, id), eq(sessions.owner, owner)))
    .get()?.picture;
}

/** The picture with this id, if it was made in this session. */
export function pictureOfSession(db: Database, sessionId: string, id: string): PictureRow | undefined {
  return db.orm
    .select({ picture: pictures })
    .from(pictures)
    .innerJoin(turns, eq(turns.id, pictures.turnId))
    .where(and(eq(pictures.id, id), eq(turns.sessionId, sessionId)))
    .get()?.picture;
}

/** Pictures of one turn, by index. */
export function picturesOfTurn(db: Database, turnId: string): PictureRow[] {
  return db.orm.select().from(pictures).where(eq(pictures.turnId, turnId)).orderBy(asc(pictures.index)).all();
}

/** Pictures of a session, by version. */
export function picturesOfSession(db: Database, sessionId: string): PictureRow[] {
  return db.orm
    .select({ picture: pictures })
    .from(pictures)
    .innerJoin(turns, eq(turns.id, pictures.turnId))
    .where(eq(turns.sessionId, sessionId))
    .orderBy(asc(pictures.version))
    .all()
    .map((row) => row.picture);
}

/** Those pictures of an owner that have these ids. */
export function picturesOfPictures(db: Database, owner: string, ids: string[]): OtherPicture[] {
  return ids.length === 0 ? [] : otherPictures(db, owner, inArray(pictures.id, ids));
}

/** All pictures of these sessions of an owner, by version. */
export function picturesOfSessions(db: Database, owner: string, sessionIds: string[]): OtherPicture[] {
  return sessionIds.length === 0 ? [] : otherPictures(db, owner, inArray(sessions.id, sessionIds));
}

function otherPictures(db: Database, owner: string, which: SQL): OtherPicture[] {
  return db.orm
    .select({
      pictureId: pictures.id,
      turnId: pictures.turnId,
      hash: pictures.pixelsBlob,
      version: pictures.version,
      widthPx: pictures.widthPx,
      heightPx: pictures.heightPx,
      sessionId: sessions.id,
      sessionTitle: sessions.title,
    })
    .from(pictures)
    .innerJoin(turns, eq(turns.id, pictures.turnId))
    .innerJoin(sessions, eq(sessions.id, turns.sessionId))
    .where(and(which, eq(sessions.owner, owner), isNull(sessions.deletedAt)))
    .orderBy(asc(pictures.version))
    .all();
}

/** Pictures with these bytes, in any session of the owner, newest first. */
export function picturesOfPixels(db: Database, owner: string, pixelsBlob: string): PictureRow[] {
  return db.orm
    .select({ picture: pictures })
    .from(pictures)
    .innerJoin(turns, eq(turns.id, pictures.turnId))
    .innerJoin(sessions, eq(sessions.id, turns.sessionId))
    .where(and(eq(pictures.pixelsBlob, pixelsBlob), eq(sessions.owner, owner)))
    .orderBy(desc(pictures.createdAt))
    .all()
    .map(({ picture }) => picture);
}

export function findPictureById(db: Database, id: string): PictureRow | undefined {
  return db.orm.select().from(pictures).where(eq(pictures.id, id)).get();
}

/** Marks a picture as a favourite, or not; inside of `write`. Undefined: the picture is gone. */
export function setFavourite(db: Database, id: string, isFavourite: boolean): PictureRow | undefined {
  const favouriteAt = isFavourite ? db.now() : null;
  return db.orm.update(pictures).set({ favouriteAt }).where(eq(pictures.id, id)).returning().get();
}

/** Some pictures of edits whose drift is not known, newest first. */
export function unmeasuredPictures(db: Database, limit: number): PictureRow[] {
  return db.orm
    .select({ picture: pictures })
    .from(pictures)
    .innerJoin(turns, eq(turns.id, pictures.turnId))
    .where(
      and(
        isNull(pictures.drift),
        eq(turns.kind, 'edit'),
        sql`EXISTS (
          SELECT 1 FROM ${inputs} WHERE ${inputs.turnId} = ${turns.id} AND role = 'target' AND pixels_blob IS NOT NULL)`,
      ),
    )
    .orderBy(desc(pictures.createdAt), desc(pictures.id))
    .limit(limit)
    .all()
    .map(({ picture }) => picture);
}

/** Stores a measured drift; inside of `write`. Undefined: the picture is gone. */
export function setDrift(db: Database, id: string, drift: Drift): PictureRow | undefined {
  return db.orm.update(pictures).set({ drift }).where(eq(pictures.id, id)).returning().get();
}
