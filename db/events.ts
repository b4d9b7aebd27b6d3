/**
 * Reading the event log by cursor, and removing what newer events replace. Rows are never changed.
 * Knows nothing of sockets.
 */
import { and, asc, desc, eq, getTableColumns, gt, inArray, lt, sql } from 'drizzle-orm';
import type { Database, EventRow } from './database.ts';
import { events, jobs, turns } from './schema.ts';

/**
 * A feed that an owner may follow: the events of a session by its id, `*` for the `session.*` events of all sessions of the owner,
 * or `queue`, which is the id of no session and the same for all.
 */
export type Feed = string;
export const QUEUE_FEED = 'queue';

/** Events of an owner's feed after `seq`, in order, at most `limit`; none of another's session. */
export function eventsAfter(db: Database, owner: string, feed: Feed, seq: number, limit: number): EventRow[] {
  const isOwn = feed === QUEUE_FEED ? undefined : eq(events.owner, owner);
  const ofFeed = and(feed === '*' ? sql`type LIKE 'session.%'` : eq(events.sessionId, feed), isOwn);
  return db.orm
    .select()
    .from(events)
    .where(and(ofFeed, gt(events.seq, seq)))
    .orderBy(asc(events.seq))
    .limit(limit)
    .all();
}

/** Whether an event belongs to an owner's feed. */
export function isInFeed(event: EventRow, owner: string, feed: Feed): boolean {
  if (event.sessionId !== QUEUE_FEED && event.owner !== owner) return false;
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
  if (jobIds.length === 0) return [];
  return db.orm
    .select()
    .from(events)
    .where(and(inArray(events.jobId, jobIds), inArray(events.type, types)))
    .orderBy(asc(events.seq))
    .all();
}

/** Types of events that stay of use after their job has ended. */
const LASTING = ['cache', 'resized', 'fitted', 'composited', 'second-look'];

/** Events of a session's jobs that stay of use after the job has ended (what caches did, what was done to pictures), oldest first. */
export function lastingEvents(db: Database, sessionId: string): EventRow[] {
  return db.orm
    .select(getTableColumns(events))
    .from(turns)
    .innerJoin(jobs, eq(jobs.turnId, turns.id))
    .innerJoin(events, and(eq(events.jobId, jobs.id), inArray(events.type, LASTING)))
    .where(eq(turns.sessionId, sessionId))
    .orderBy(asc(events.seq))
    .all();
}

/** Removes the previews of a picture that come before `seq`: only the newest is worth its bytes. */
export function dropPreviewsBefore(db: Database, jobId: string, pictureIndex: number, seq: number): void {
  db.orm
    .delete(events)
    .where(
      and(
        eq(events.jobId, jobId),
        eq(events.type, 'preview'),
        lt(events.seq, seq),
        sql`payload ->> 'pictureIndex' = ${pictureIndex}`,
      ),
    )
    .run();
}

/** Removes the words of a message that a language model has said so far: newer ones, or the message itself, have them all. */
export function dropWords(db: Database, sessionId: string, messageId: string): void {
  db.orm
    .delete(events)
    .where(
      and(
        eq(events.sessionId, sessionId),
        eq(events.type, 'message.words'),
        sql`payload ->> 'messageId' = ${messageId}`,
      ),
    )
    .run();
}

/** Removes all events of a session; its `session.purged` is appended after. */
export function dropEventsOfSession(db: Database, sessionId: string): void {
  db.orm.delete(events).where(eq(events.sessionId, sessionId)).run();
}

/** Removes the events of a job (or of none) that have a type, since a newer one replaces them; inside of `write`. */
export function dropEventsOfType(db: Database, jobId: string | null, type: string): void {
  const ofJob = jobId === null ? eq(events.sessionId, QUEUE_FEED) : eq(events.jobId, jobId);
  db.orm
    .delete(events)
    .where(and(ofJob, eq(events.type, type)))
    .run();
}
