/**
 * Turns that wait for the pictures of other turns: inputs that are not made yet, the turns that make them, and the
 * jobs that ended without making them. Knows rows, and no order of jobs.
 */
import { and, eq, inArray, isNull, sql } from 'drizzle-orm';
import { ENDED, WAITING } from '../studio/vocabulary.ts';
import type { Database } from './database.ts';
import type { JobRow } from './jobs.ts';
import { inputs, jobs, turns } from './schema.ts';

/** Turns that a turn still waits for. */
export function waitsFor(db: Database, turnId: string): string[] {
  const rows = db.orm
    .selectDistinct({ madeBy: inputs.madeBy })
    .from(inputs)
    .where(and(eq(inputs.turnId, turnId), isNull(inputs.pixelsBlob)))
    .all();
  return rows.flatMap(({ madeBy }) => madeBy ?? []);
}

/** Turns that have a picture among their inputs. */
export function turnsThatUse(db: Database, pictureId: string): string[] {
  const rows = db.orm
    .selectDistinct({ turnId: inputs.turnId })
    .from(inputs)
    .where(eq(inputs.pictureId, pictureId));
  return rows.all().map(({ turnId }) => turnId);
}

/** Waiting jobs whose input will not be made: the run that should make it has ended, or its turn is gone. */
export function stranded(db: Database): (JobRow & { sessionId: string; parent: string })[] {
  const maker = sql`(SELECT state FROM jobs AS maker WHERE maker.turn_id = ${inputs.madeBy})`;
  const rows = db.orm
    .select({ job: jobs, sessionId: turns.sessionId, parent: inputs.madeBy })
    .from(inputs)
    .innerJoin(jobs, eq(jobs.turnId, inputs.turnId))
    .innerJoin(turns, eq(turns.id, inputs.turnId))
    .where(
      and(
        isNull(inputs.pixelsBlob),
        inArray(jobs.state, WAITING),
        sql`coalesce(${maker}, 'gone') IN ${[...ENDED, 'gone']}`,
      ),
    )
    .all();
  return rows.map(({ job, sessionId, parent }) => ({ ...job, sessionId, parent: parent ?? '' }));
}

/** Jobs that ended because one of these turns made no picture, and theirs in turn. */
export function strandedBy(db: Database, turnId: string): JobRow[] {
  const found: JobRow[] = [];
  for (let makers = [turnId]; makers.length > 0; ) {
    const rows = db.orm
      .selectDistinct({ job: jobs })
      .from(jobs)
      .innerJoin(inputs, eq(inputs.turnId, jobs.turnId))
      .where(
        and(
          isNull(inputs.pixelsBlob),
          inArray(inputs.madeBy, makers),
          eq(jobs.state, 'failed'),
          eq(jobs.errorCode, 'parent_failed'),
        ),
      )
      .all()
      .map(({ job }) => job)
      .filter((job) => !found.some(({ id }) => id === job.id));
    found.push(...rows);
    makers = rows.map((job) => job.turnId);
  }
  return found;
}
