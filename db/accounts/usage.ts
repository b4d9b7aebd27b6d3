/** What each owner takes of the studio: time of the engines, places in line, room on the disk. Knows no limit. */
import { and, eq, inArray, sql } from 'drizzle-orm';
import { UNDER_WAY } from '../../studio/vocabulary.ts';
import type { Database } from '../database.ts';
import { jobs, usage } from '../schema.ts';

/** The day of a time, in UTC. */
export const dayOf = (at: number): string => new Date(at).toISOString().slice(0, 10);

/** Adds what a run took; inside of `write`. */
export function addUsage(db: Database, owner: string, engineMs: number): void {
  db.orm
    .insert(usage)
    .values({ owner, day: dayOf(Date.now()), engineMs: Math.round(engineMs), jobs: 1 })
    .onConflictDoUpdate({
      target: [usage.owner, usage.day],
      set: {
        engineMs: sql`${usage.engineMs} + ${Math.round(engineMs)}`,
        jobs: sql`${usage.jobs} + 1`,
      },
    })
    .run();
}

/** What the engines worked for an owner today, in milliseconds. */
export function usedToday(db: Database, owner: string): number {
  const row = db.orm
    .select()
    .from(usage)
    .where(and(eq(usage.owner, owner), eq(usage.day, dayOf(Date.now()))))
    .get();
  return row?.engineMs ?? 0;
}

/** Jobs of an owner that have not ended. */
export function jobsWaiting(db: Database, owner: string): number {
  return db.orm
    .select({ count: sql<number>`count(*)` })
    .from(jobs)
    .where(and(eq(jobs.owner, owner), inArray(jobs.state, [...UNDER_WAY])))
    .get()!.count;
}

/** Bytes that the sessions of an owner hold, each file once; what another owner has too counts for both. */
export function bytesHeld(db: Database, owner: string): number {
  return db.orm.get<{ bytes: number }>(sql`
    WITH own AS (SELECT turns.id FROM turns JOIN sessions ON sessions.id = turns.session_id WHERE sessions.owner = ${owner}),
    held AS (
      SELECT pixels_blob AS sha256 FROM pictures WHERE turn_id IN own
      UNION SELECT latent_blob FROM pictures WHERE turn_id IN own
      UNION SELECT prior_blob FROM pictures WHERE turn_id IN own
      UNION SELECT original_blob FROM pictures WHERE turn_id IN own
      UNION SELECT pixels_blob FROM inputs WHERE turn_id IN own
      UNION SELECT sha256 FROM masks WHERE owner = ${owner})
    SELECT coalesce(sum(size_bytes), 0) AS bytes FROM blobs WHERE sha256 IN held`).bytes;
}

/** How many files there are, and their bytes. */
export function storage(db: Database): { blobs: number; bytes: number } {
  return db.orm.get<{ blobs: number; bytes: number }>(
    sql`SELECT count(*) AS blobs, coalesce(sum(size_bytes), 0) AS bytes FROM blobs`,
  );
}

/** Sessions of each owner that are not deleted. */
export function sessionsByOwner(db: Database): Map<string, number> {
  const rows = db.orm.all<{ owner: string; count: number }>(
    sql`SELECT owner, count(*) AS count FROM sessions WHERE deleted_at IS NULL GROUP BY owner`,
  );
  return new Map(rows.map(({ owner, count }) => [owner, count]));
}
