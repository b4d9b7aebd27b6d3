/** Jobs: the queue as rows. Its caller decides which owner is next; knows no engine. */
import { and, asc, desc, eq, inArray, isNull, notInArray, or, type SQL, sql } from 'drizzle-orm';
import { RUNNABLE, UNDER_WAY } from '../studio/vocabulary.ts';
import type { Database } from './database.ts';
import { isRunnable, jobs, turns } from './schema.ts';

export type JobRow = typeof jobs.$inferSelect;
export type NewJob = Pick<JobRow, 'id' | 'turnId' | 'owner' | 'idempotencyKey' | 'fingerprint'> &
  Partial<Pick<JobRow, 'engine'>>;

/** Runnable, and all its pictures are made. */
const mayRun = sql`${isRunnable} AND NOT EXISTS (
  SELECT 1 FROM inputs WHERE inputs.turn_id = jobs.turn_id AND inputs.pixels_blob IS NULL)`;
const endOfLine = sql<number>`(SELECT coalesce(max(priority), 0) + 1 FROM jobs)`;

/** Adds a job at the end of the line; inside of `write`. */
export function insertJob(db: Database, job: NewJob): JobRow {
  return db.orm
    .insert(jobs)
    .values({ ...job, state: 'queued', priority: endOfLine as never, createdAt: db.now() })
    .returning()
    .get();
}

/** Changes a job and answers its new row; inside of `write`. */
export function updateJob(db: Database, id: string, change: Partial<JobRow>): JobRow {
  return db.orm.update(jobs).set(change).where(eq(jobs.id, id)).returning().get();
}

export function findJob(db: Database, id: string): (JobRow & { sessionId: string }) | undefined {
  const row = db.orm
    .select({ job: jobs, sessionId: turns.sessionId })
    .from(jobs)
    .innerJoin(turns, eq(turns.id, jobs.turnId))
    .where(eq(jobs.id, id))
    .get();
  return row && { ...row.job, sessionId: row.sessionId };
}

/** The job that an owner's idempotency key stands for. */
export function findJobByKey(db: Database, owner: string, key: string): JobRow | undefined {
  return db.orm
    .select()
    .from(jobs)
    .where(and(eq(jobs.owner, owner), eq(jobs.idempotencyKey, key)))
    .get();
}

/** The job of a turn; an upload has none. */
export function findJobOfTurn(db: Database, turnId: string): JobRow | undefined {
  return db.orm.select().from(jobs).where(eq(jobs.turnId, turnId)).get();
}

/** Jobs of a session; only those in one of `states` where these are given. */
export function jobsOfSession(
  db: Database,
  sessionId: string,
  states?: readonly JobRow['state'][],
): JobRow[] {
  return db.orm
    .select({ job: jobs })
    .from(jobs)
    .innerJoin(turns, eq(turns.id, jobs.turnId))
    .where(and(eq(turns.sessionId, sessionId), states && inArray(jobs.state, [...states])))
    .all()
    .map((row) => row.job);
}

/** Jobs in the state `running`, those of a server that was killed among them. */
export function runningJobs(db: Database): JobRow[] {
  return db.orm.select().from(jobs).where(eq(jobs.state, 'running')).all();
}

/** Jobs that have not ended, in a session. */
export function jobsUnderWay(db: Database, sessionId: string): JobRow[] {
  return jobsOfSession(db, sessionId, UNDER_WAY);
}

/** Jobs that have not ended and name none of these engines. */
export function jobsOfNoEngine(db: Database, engines: readonly string[]): (JobRow & { sessionId: string })[] {
  const isOfNone = or(isNull(jobs.engine), notInArray(jobs.engine, [...engines]));
  return db.orm
    .select({ job: jobs, sessionId: turns.sessionId })
    .from(jobs)
    .innerJoin(turns, eq(turns.id, jobs.turnId))
    .where(and(inArray(jobs.state, [...UNDER_WAY]), isOfNone))
    .all()
    .map(({ job, sessionId }) => ({ ...job, sessionId }));
}

/** How many jobs that have not ended name an engine. */
export function countJobsOfEngine(db: Database, engine: string): number {
  return db.orm
    .select({ count: sql<number>`count(*)` })
    .from(jobs)
    .where(and(inArray(jobs.state, [...UNDER_WAY]), eq(jobs.engine, engine)))
    .get()!.count;
}

/** The engine of the newest turn of a session that one was named for. */
export function lastEngineOf(db: Database, sessionId: string): string | undefined {
  const row = db.orm
    .select({ engine: jobs.engine })
    .from(turns)
    .innerJoin(jobs, eq(jobs.turnId, turns.id))
    .where(eq(turns.sessionId, sessionId))
    .orderBy(desc(turns.position))
    .limit(1)
    .get();
  return row?.engine ?? undefined;
}

/** Engines that a job names which may run. */
export function waitingEngines(db: Database): string[] {
  const rows = db.orm
    .selectDistinct({ engine: jobs.engine })
    .from(jobs)
    .where(mayRun)
    .orderBy(asc(jobs.engine));
  return rows.all().flatMap(({ engine }) => engine ?? []);
}

/** Owners with a job that may run on an engine, in a fixed order. */
export function waitingOwners(db: Database, engine: string): string[] {
  const rows = db.orm
    .selectDistinct({ owner: jobs.owner })
    .from(jobs)
    .where(and(mayRun, eq(jobs.engine, engine)))
    .orderBy(asc(jobs.owner));
  return rows.all().map((row) => row.owner);
}

/** First job of an owner that may run on an engine. */
export function firstWaitingJob(db: Database, owner: string, engine: string): JobRow | undefined {
  return db.orm
    .select()
    .from(jobs)
    .where(and(eq(jobs.owner, owner), eq(jobs.engine, engine), mayRun))
    .orderBy(asc(jobs.priority))
    .limit(1)
    .get();
}

const rank = sql`CASE jobs.state WHEN 'running' THEN 0 WHEN 'paused' THEN 2 ELSE 1 END`;

/** Jobs that have not ended: running first, then waiting in line, then paused. */
export function queuedJobs(db: Database): (JobRow & { sessionId: string })[] {
  return db.orm
    .select({ job: jobs, sessionId: turns.sessionId })
    .from(jobs)
    .innerJoin(turns, eq(turns.id, jobs.turnId))
    .where(inArray(jobs.state, [...UNDER_WAY]))
    .orderBy(rank, asc(jobs.priority))
    .all()
    .map(({ job, sessionId }) => ({ ...job, sessionId }));
}

const PROMPT_LENGTH = 200;

/**
 * As {@link queuedJobs}, each with what the line shows of its turn: the beginning of its prompt, its recipe, how many pictures go in
 * and are made, and the turns that it waits for. One query, however long the line is.
 */
export function queuedTurns(db: Database) {
  const ofTurn = (what: SQL, table: SQL, condition: SQL) =>
    sql`(SELECT ${what} FROM ${table} AS own WHERE own.turn_id = ${turns.id} AND ${condition})`;
  return db.orm
    .select({
      job: jobs,
      sessionId: turns.sessionId,
      prompt: sql<string>`substr(${turns.prompt}, 1, ${PROMPT_LENGTH})`,
      recipe: turns.recipe,
      references: ofTurn(sql`count(*)`, sql`inputs`, sql`own.role <> 'mask'`) as SQL<number>,
      made: ofTurn(sql`count(*)`, sql`pictures`, sql`1`) as SQL<number>,
      waits: ofTurn(
        sql`json_group_array(DISTINCT own.made_by)`,
        sql`inputs`,
        sql`own.pixels_blob IS NULL AND own.made_by IS NOT NULL`,
      ) as SQL<string>,
    })
    .from(jobs)
    .innerJoin(turns, eq(turns.id, jobs.turnId))
    .where(inArray(jobs.state, [...UNDER_WAY]))
    .orderBy(rank, asc(jobs.priority))
    .all()
    .map((row) => ({ ...row, waits: JSON.parse(row.waits) as string[] }));
}

/** Puts a waiting job right before another one, or (null) at the end of the line; inside of `write`. */
export function moveJob(db: Database, id: string, before: string | null): void {
  const order = lineAfterMove(db, id, before);
  const places = order.map(({ priority }) => priority).sort((a, b) => a - b);
  order.forEach((job, index) => {
    updateJob(db, job.id, { priority: places[index]! });
  });
}

/** The jobs that wait, in the order that they would have after a move. */
export function lineAfterMove(db: Database, id: string, before: string | null): JobRow[] {
  // By priority alone: a paused job is shown after the others, and keeps its place among them.
  const line = queuedJobs(db)
    .filter((job) => job.state !== 'running')
    .sort((a, b) => a.priority - b.priority);
  const order = line.filter((job) => job.id !== id);
  const place = before === null ? order.length : order.findIndex((job) => job.id === before);
  return order.toSpliced(place, 0, ...line.filter((job) => job.id === id));
}

/** How many jobs that have not ended were asked of the same engine before this one. */
export function jobsAhead(db: Database, job: JobRow): number {
  const ahead = sql`${jobs.priority} < ${job.priority}`;
  return db.orm
    .select({ count: sql<number>`count(*)` })
    .from(jobs)
    .where(and(inArray(jobs.state, [...RUNNABLE, 'running']), ahead, sql`${jobs.engine} IS ${job.engine}`))
    .get()!.count;
}

/** Puts a job that has ended back at the end of the line, as if it had just been asked for; inside of `write`. */
export function requeueJob(db: Database, id: string): JobRow {
  const afresh = {
    state: 'queued',
    attempt: 0,
    errorCode: null,
    errorMessage: null,
    finishedAt: null,
  } as const;
  return db.orm
    .update(jobs)
    .set({ ...afresh, priority: endOfLine })
    .where(eq(jobs.id, id))
    .returning()
    .get();
}
