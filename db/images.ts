/** Pictures and the rows of their bytes. Knows no pixels; the files belong to `blobs.ts`. */
import { and, asc, desc, eq, inArray, isNull, type SQL, sql } from 'drizzle-orm';
import type { Drift } from '../studio/recipe.ts';
import type { StagedBlob } from './blobs.ts';
import type { Database } from './database.ts';
import { imageIdOf } from './ids.ts';
import { blobs, images, inputs, nodes, sessions } from './schema.ts';

export type ImageRow = typeof images.$inferSelect;
export type BlobRow = typeof blobs.$inferSelect;
export type NewImage = Omit<ImageRow, 'id' | 'version' | 'createdAt' | 'drift'>;

/** Records placed bytes; the same bytes again change nothing. Inside of `write`. */
export function insertBlob(db: Database, { sha256, sizeBytes, mediaType }: StagedBlob): void {
  db.orm
    .insert(blobs)
    .values({ sha256, sizeBytes, mediaType, createdAt: db.now() })
    .onConflictDoNothing()
    .run();
}

export function findBlob(db: Database, sha256: string): BlobRow | undefined {
  return db.orm.select().from(blobs).where(eq(blobs.sha256, sha256)).get();
}

/** Adds a picture with the next version of its session, and to the turns that wait for it; inside of `write`. */
export function insertImage(db: Database, sessionId: string, image: NewImage): ImageRow {
  const { version } = db.orm
    .update(sessions)
    .set({ lastVersion: sql`${sessions.lastVersion} + 1` })
    .where(eq(sessions.id, sessionId))
    .returning({ version: sessions.lastVersion })
    .get();
  const id = imageIdOf(image.nodeId, image.index);
  db.orm
    .update(inputs)
    .set({ pixelsBlob: image.pixelsBlob })
    .where(and(eq(inputs.imageId, id), isNull(inputs.pixelsBlob)))
    .run();
  return db.orm
    .insert(images)
    .values({ ...image, id, version, createdAt: db.now() })
    .returning()
    .get();
}

/** The picture with this id, if its session belongs to the owner. */
export function findImage(db: Database, owner: string, id: string): ImageRow | undefined {
  return db.orm
    .select({ image: images })
    .from(images)
    .innerJoin(nodes, eq(nodes.id, images.nodeId))
    .innerJoin(sessions, eq(sessions.id, nodes.sessionId))
    .where(and(eq(images.id, id), eq(sessions.owner, owner)))
    .get()?.image;
}

/** The picture with this id, if it was made in this session. */
export function imageOfSession(db: Database, sessionId: string, id: string): ImageRow | undefined {
  return db.orm
    .select({ image: images })
    .from(images)
    .innerJoin(nodes, eq(nodes.id, images.nodeId))
    .where(and(eq(images.id, id), eq(nodes.sessionId, sessionId)))
    .get()?.image;
}

/** Pictures of one node, by index. */
export function imagesOfNode(db: Database, nodeId: string): ImageRow[] {
  return db.orm.select().from(images).where(eq(images.nodeId, nodeId)).orderBy(asc(images.index)).all();
}

/** Pictures of a session, by version. */
export function imagesOfSession(db: Database, sessionId: string): ImageRow[] {
  return db.orm
    .select({ image: images })
    .from(images)
    .innerJoin(nodes, eq(nodes.id, images.nodeId))
    .where(eq(nodes.sessionId, sessionId))
    .orderBy(asc(images.version))
    .all()
    .map((row) => row.image);
}

/** Deletes those rows among `hashes` that nothing names any more and says which; inside of `write`. */
export function deleteUnreferencedBlobs(db: Database, hashes: readonly string[]): string[] {
  const unreferenced = sql`
    NOT EXISTS (SELECT 1 FROM images WHERE pixels_blob = ${blobs.sha256})
    AND NOT EXISTS (SELECT 1 FROM images WHERE latent_blob = ${blobs.sha256})
    AND NOT EXISTS (SELECT 1 FROM images WHERE prior_blob = ${blobs.sha256})
    AND NOT EXISTS (SELECT 1 FROM images WHERE original_blob = ${blobs.sha256})
    AND NOT EXISTS (SELECT 1 FROM inputs WHERE pixels_blob = ${blobs.sha256})
    AND NOT EXISTS (SELECT 1 FROM jobs WHERE checkpoint_blob = ${blobs.sha256})`;
  return hashes.flatMap((sha256) =>
    db.orm
      .delete(blobs)
      .where(and(eq(blobs.sha256, sha256), unreferenced))
      .returning({ sha256: blobs.sha256 })
      .all()
      .map((row) => row.sha256),
  );
}

/** A picture with the session it is of. */
export interface OtherImage {
  imageId: string;
  nodeId: string;
  hash: string;
  version: number;
  widthPx: number;
  heightPx: number;
  sessionId: string;
  sessionTitle: string;
}

/** Those pictures of an owner that have these ids. */
export function picturesOfImages(db: Database, owner: string, ids: string[]): OtherImage[] {
  return ids.length === 0 ? [] : otherImages(db, owner, inArray(images.id, ids));
}

/** All pictures of these sessions of an owner, by version. */
export function picturesOfSessions(db: Database, owner: string, sessionIds: string[]): OtherImage[] {
  return sessionIds.length === 0 ? [] : otherImages(db, owner, inArray(sessions.id, sessionIds));
}

function otherImages(db: Database, owner: string, which: SQL): OtherImage[] {
  return db.orm
    .select({
      imageId: images.id,
      nodeId: images.nodeId,
      hash: images.pixelsBlob,
      version: images.version,
      widthPx: images.widthPx,
      heightPx: images.heightPx,
      sessionId: sessions.id,
      sessionTitle: sessions.title,
    })
    .from(images)
    .innerJoin(nodes, eq(nodes.id, images.nodeId))
    .innerJoin(sessions, eq(sessions.id, nodes.sessionId))
    .where(and(which, eq(sessions.owner, owner), isNull(sessions.deletedAt)))
    .orderBy(asc(images.version))
    .all();
}

/** Pictures with these bytes, in any session, newest first. */
export function imagesOfPixels(db: Database, pixelsBlob: string): ImageRow[] {
  return db.orm
    .select()
    .from(images)
    .where(eq(images.pixelsBlob, pixelsBlob))
    .orderBy(desc(images.createdAt))
    .all();
}

export function findImageById(db: Database, id: string): ImageRow | undefined {
  return db.orm.select().from(images).where(eq(images.id, id)).get();
}

/** Some pictures of edits whose drift is not known, newest first. */
export function unmeasuredImages(db: Database, limit: number): ImageRow[] {
  return db.orm
    .select({ image: images })
    .from(images)
    .innerJoin(nodes, eq(nodes.id, images.nodeId))
    .where(
      and(
        isNull(images.drift),
        eq(nodes.kind, 'edit'),
        sql`EXISTS (
          SELECT 1 FROM ${inputs} WHERE ${inputs.nodeId} = ${nodes.id} AND role = 'target' AND pixels_blob IS NOT NULL)`,
      ),
    )
    .orderBy(desc(images.createdAt), desc(images.id))
    .limit(limit)
    .all()
    .map(({ image }) => image);
}

/** Stores a measured drift; inside of `write`. Undefined: the picture is gone. */
export function setDrift(db: Database, id: string, drift: Drift): ImageRow | undefined {
  return db.orm.update(images).set({ drift }).where(eq(images.id, id)).returning().get();
}
