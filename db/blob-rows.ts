/** The rows of blobs, and the columns of other tables that name them. Knows no bytes; those belong to `blobs.ts`. */
import { and, eq, type SQL, sql } from 'drizzle-orm';
import type { StagedBlob } from './blobs.ts';
import type { Database } from './database.ts';
import { blobs, masks } from './schema.ts';

export type BlobRow = typeof blobs.$inferSelect;

/** Every column that names a blob. Each has an index, and its table a `turn_id`. */
const NAMING = [
  ['pictures', 'pixels_blob'],
  ['pictures', 'latent_blob'],
  ['pictures', 'prior_blob'],
  ['pictures', 'original_blob'],
  ['inputs', 'pixels_blob'],
  ['jobs', 'checkpoint_blob'],
] as const;

const forEachNaming = (clause: (table: SQL, column: SQL) => SQL, between: SQL): SQL =>
  sql.join(
    NAMING.map(([table, column]) => clause(sql.raw(table), sql.raw(column))),
    between,
  );

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

/** Remembers whose painted mask a blob is; inside of `write`. */
export function insertMask(db: Database, owner: string, sha256: string): void {
  db.orm.insert(masks).values({ owner, sha256 }).onConflictDoNothing().run();
}

/**
 * The blob of a hash, if it is the owner's: a session of theirs names it, or they painted it as a mask. The one place that decides
 * whose bytes are whose; the same bytes may be several owners', and each knows of their own alone.
 */
export function findOwnBlob(db: Database, owner: string, sha256: string): BlobRow | undefined {
  const named = forEachNaming(
    (table, column) => sql`EXISTS (
      SELECT 1 FROM ${table} AS naming JOIN turns ON turns.id = naming.turn_id JOIN sessions ON sessions.id = turns.session_id
      WHERE naming.${column} = ${sha256} AND sessions.owner = ${owner})`,
    sql` OR `,
  );
  const painted = sql`EXISTS (SELECT 1 FROM ${masks} WHERE ${masks.owner} = ${owner} AND ${masks.sha256} = ${sha256})`;
  return db.orm
    .select()
    .from(blobs)
    .where(and(eq(blobs.sha256, sha256), sql`(${painted} OR ${named})`))
    .get();
}

/** Every blob that the rows of a session name. */
export function blobsOfSession(db: Database, sessionId: string): string[] {
  const named = forEachNaming(
    (table, column) => sql`SELECT ${column} AS sha256 FROM ${table} WHERE turn_id IN own`,
    sql` UNION `,
  );
  const rows = db.orm.all<{ sha256: string | null }>(
    sql`WITH own AS (SELECT id FROM turns WHERE session_id = ${sessionId}) ${named}`,
  );
  return rows.flatMap(({ sha256 }) => sha256 ?? []);
}

/** Blobs that no row names. */
export function unusedBlobs(db: Database): string[] {
  const named = forEachNaming((table, column) => sql`SELECT ${column} FROM ${table}`, sql` EXCEPT `);
  return db.orm
    .all<{ sha256: string }>(sql`SELECT sha256 FROM blobs EXCEPT ${named}`)
    .map(({ sha256 }) => sha256);
}

/** Blobs of a span of time that no row names: masks that were painted and never sent. */
export function unusedBlobsOf(db: Database, from: number, to: number): string[] {
  const named = forEachNaming(
    (table, column) => sql`EXISTS (SELECT 1 FROM ${table} WHERE ${column} = blobs.sha256)`,
    sql` OR `,
  );
  return db.orm
    .all<{ sha256: string }>(
      sql`SELECT sha256 FROM blobs WHERE created_at BETWEEN ${from} AND ${to} AND NOT (${named})`,
    )
    .map(({ sha256 }) => sha256);
}

/** Deletes those rows among `hashes` that nothing names any more and answers their hashes; inside of `write`. */
export function deleteUnreferencedBlobs(db: Database, hashes: readonly string[]): string[] {
  const unreferenced = forEachNaming(
    (table, column) => sql`NOT EXISTS (SELECT 1 FROM ${table} WHERE ${column} = ${blobs.sha256})`,
    sql` AND `,
  );
  return hashes.flatMap((sha256) =>
    db.orm
      .delete(blobs)
      .where(and(eq(blobs.sha256, sha256), unreferenced))
      .returning({ sha256: blobs.sha256 })
      .all()
      .map((row) => row.sha256),
  );
}
