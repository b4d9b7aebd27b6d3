/** Measured times by key, of which only the newest are kept. Knows not what a key means. */
import { and, desc, eq, sql } from 'drizzle-orm';
import type { Database } from './database.ts';
import { stageTimes } from './schema.ts';

const KEPT = 100;

/** Adds a measurement and drops the oldest of its key; inside of `write`. */
export function addStageTime(db: Database, key: string, unitMs: number): void {
  db.orm.insert(stageTimes).values({ key, unitMs }).run();
  const oldest = sql`(
    SELECT id FROM stage_times WHERE key = ${key} ORDER BY id DESC LIMIT 1 OFFSET ${KEPT})`;
  db.orm
    .delete(stageTimes)
    .where(and(eq(stageTimes.key, key), sql`${stageTimes.id} <= ${oldest}`))
    .run();
}

/** Measurements of a key, newest first. */
export function recentStageTimes(db: Database, key: string): number[] {
  const rows = db.orm.select().from(stageTimes).where(eq(stageTimes.key, key)).orderBy(desc(stageTimes.id));
  return rows.all().map(({ unitMs }) => unitMs);
}
