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

/** Blobs that no row names, of those that were stored before a moment. */
export function unusedBlobs(db: Database, before = Number.MAX_SAFE_INTEGER): string[] {
  const named = forEachNaming((table, column) => sql`SELECT ${column} FROM ${table}`, sql` EXCEPT `);
  return db.orm
    .all<{ sha256: string }>(sql`SELECT sha256 FROM blobs WHERE created_at < ${before} EXCEPT ${named}`)
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

/**
 * Bytes of the blobs that a session in use names, of those that deleted sessions alone name, and of those stored before a moment that
 * nothing names.
 */
export function blobTotals(
  db: Database,
  unusedBefore: number,
): { kept: number; deleted: number; unused: number } {
  const named = forEachNaming(
    (table, column) => sql`
      SELECT ${table}.${column} AS sha256, sessions.deleted_at IS NULL AS in_use FROM ${table}
      JOIN turns ON turns.id = ${table}.turn_id JOIN sessions ON sessions.id = turns.session_id
      WHERE ${table}.${column} IS NOT NULL`,
    sql` UNION ALL `,
  );
  const rows = db.orm.all<{ what: 'kept' | 'deleted' | 'unused'; bytes: number }>(sql`
    SELECT CASE uses.in_use WHEN 1 THEN 'kept' WHEN 0 THEN 'deleted' ELSE 'unused' END AS what,
      sum(size_bytes) AS bytes
    FROM blobs LEFT JOIN (SELECT sha256, max(in_use) AS in_use FROM (${named}) GROUP BY sha256) AS uses USING (sha256)
    WHERE uses.in_use IS NOT NULL OR created_at < ${unusedBefore}
    GROUP BY what`);
  const bytes = new Map(rows.map((row) => [row.what, row.bytes]));
  return {
    kept: bytes.get('kept') ?? 0,
    deleted: bytes.get('deleted') ?? 0,
    unused: bytes.get('unused') ?? 0,
  };
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
