/** Pictures and the rows of their bytes. Knows no pixels; the files belong to `blobs.ts`. */
import { and, asc, eq, sql } from 'drizzle-orm';
import type { StagedBlob } from './blobs.ts';
import type { Database } from './database.ts';
import { newId } from './ids.ts';
import { blobs, images, nodes, sessions } from './schema.ts';

export type ImageRow = typeof images.$inferSelect;
export type BlobRow = typeof blobs.$inferSelect;
export type NewImage = Omit<ImageRow, 'id' | 'version' | 'createdAt'>;

/** Records placed bytes; the same bytes again change nothing. Inside of `write`. */
export function insertBlob(db: Database, { sha256, sizeBytes, mediaType }: StagedBlob): void {
  db.orm
    .insert(blobs)
    .values({ sha256, sizeBytes, mediaType, createdAt: Date.now() })
    .onConflictDoNothing()
    .run();
}

export function findBlob(db: Database, sha256: string): BlobRow | undefined {
  return db.orm.select().from(blobs).where(eq(blobs.sha256, sha256)).get();
}

/** Adds a picture with the next version of its session; inside of `write`. */
export function insertImage(db: Database, sessionId: string, image: NewImage): ImageRow {
  const { version } = db.orm
    .update(sessions)
    .set({ lastVersion: sql`${sessions.lastVersion} + 1` })
    .where(eq(sessions.id, sessionId))
    .returning({ version: sessions.lastVersion })
    .get();
  return db.orm
    .insert(images)
    .values({ ...image, id: newId(), version, createdAt: Date.now() })
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
