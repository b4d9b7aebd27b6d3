/**
 * Reading the event log by cursor, and removing what newer events replace. Rows are never changed.
 * Knows nothing of sockets.
 */
import { and, asc, desc, eq, gt, inArray, lt, sql } from 'drizzle-orm';
import type { Database, EventRow } from './database.ts';
import { events } from './schema.ts';

/** What a reader may follow: one session, or `*` for the coming, changing and going of all sessions. */
export type Feed = string;

/** Events of a feed after `seq`, in order, at most `limit`. */
export function eventsAfter(db: Database, feed: Feed, seq: number, limit: number): EventRow[] {
  const ofFeed = feed === '*' ? sql`type LIKE 'session.%'` : eq(events.sessionId, feed);
  return db.orm
    .select()
    .from(events)
    .where(and(ofFeed, gt(events.seq, seq)))
    .orderBy(asc(events.seq))
    .limit(limit)
    .all();
}

/** Whether an event belongs to a feed. */
export function isInFeed(event: EventRow, feed: Feed): boolean {
  return feed === '*' ? event.type.startsWith('session.') : event.sessionId === feed;
}

/** The newest number of the log; 0 for an empty one. */
export function lastSeq(db: Database): number {
  return db.orm.select({ seq: events.seq }).from(events).orderBy(desc(events.seq)).limit(1).get()?.seq ?? 0;
}

/** The first event of a job with this type. */
export function firstEventOfJob(db: Database, jobId: string, type: string): EventRow | undefined {
  return db.orm
    .select()
    .from(events)
    .where(and(eq(events.jobId, jobId), eq(events.type, type)))
    .orderBy(asc(events.seq))
    .limit(1)
    .get();
}

/** Events of jobs with one of these types, oldest first. */
export function eventsOfJobs(db: Database, jobIds: string[], types: string[]): EventRow[] {
  return db.orm
    .select()
    .from(events)
    .where(and(inArray(events.jobId, jobIds), inArray(events.type, types)))
    .orderBy(asc(events.seq))
    .all();
}

/** Removes the previews of a picture that come before `seq`: only the newest is worth its bytes. */
export function dropPreviewsBefore(db: Database, jobId: string, imageIndex: number, seq: number): void {
  db.orm
    .delete(events)
    .where(
      and(
        eq(events.jobId, jobId),
        eq(events.type, 'preview'),
        lt(events.seq, seq),
        sql`payload ->> 'imageIndex' = ${imageIndex}`,
      ),
    )
    .run();
}

/** Removes all events of a session; its `session.deleted` is appended after. */
export function dropEventsOfSession(db: Database, sessionId: string): void {
  db.orm.delete(events).where(eq(events.sessionId, sessionId)).run();
}
