/**
 * One run of one job, from its first event to its last: the engine draws the pictures that the job's rows ask for, each of its
 * events is stored, then the end of the run. All of it stays, so that a later run goes on from there. Knows no order of jobs.
 */
import { storageFaultOf } from '../../db/folder/storage-fault.ts';
import { findJob, updateJob } from '../../db/jobs.ts';
import { findTurn } from '../../db/turns.ts';
import type { EngineEvent } from '../../engine/index.ts';
import type { ElapsedMs } from '../../studio/recipe.ts';
import { appendEvent, type EventDraft } from '../log/event-log.ts';
import { failureSentence } from '../refusal-text.ts';
import { jobView } from '../views/views.ts';
import { endJob, failJob } from './end-job.ts';
import { failureOf } from './job-failure.ts';
import { drawnHere } from './job-model.ts';
import { jobRequest, nextReferences } from './job-request.ts';
import type { JobParts, JobRun } from './job-run.ts';
import { Progress } from './progress.ts';
import { readAhead } from './read-ahead.ts';
import { dropCheckpoint, saveCheckpoint } from './save-checkpoint.ts';
import { savedIndexes, savePicture } from './save-picture.ts';
import { STOPPED_AS, type StopSignal } from './stop-signal.ts';

/** Events of the engine that the log keeps as they are. */
type LoggedEvent = Extract<
  EngineEvent,
  { type: 'cache' | 'tokens' | 'resized' | 'fitted' | 'composited' | 'second-look' }
>;

/** Runs that the engine's death, or one that is out of reach, may end before the job is given up. */
export const MAX_ATTEMPTS = 3;

/**
 * Runs a job to an end that is stored: done, cancelled, failed, interrupted or paused. Throws only where the end cannot be
 * stored.
 */
export async function runJob(parts: JobParts, jobId: string, stop: StopSignal): Promise<void> {
  const run = begin(parts, jobId);
  if (!run) return;
  try {
    const elapsedMs = await generate(drawnHere(run), stop.signal);
    checkComplete(run);
    // A job whose session was purged meanwhile has no row to end.
    if (!findJob(run.db, jobId)) return;
    endJob(run.db, { id: jobId, sessionId: run.sessionId }, 'done', { elapsedMs });
    dropCheckpoint(run, jobId);
    void readAhead(run, findJob(run.db, jobId)?.owner, () => nextReferences(run));
  } catch (error) {
    conclude(run, error, stop);
  }
}

/** Stores that the run begins. Undefined: the disk is full, and the job has failed because of it. Throws what the database throws. */
function begin(parts: JobParts, jobId: string): JobRun | undefined {
  const { db } = parts;
  const { sessionId, turnId, attempt } = findJob(db, jobId)!;
  const turn = findTurn(db, turnId)!;
  try {
    db.write(() => {
      const job = updateJob(db, jobId, { state: 'running', attempt: attempt + 1, startedAt: Date.now() });
      appendEvent(db, { sessionId, jobId, type: 'job.started', payload: { job: jobView(job) } });
    });
  } catch (error) {
    if (storageFaultOf(error) !== 'disk_full') throw error;
    failJob(db, { id: jobId, sessionId }, failureOf(error));
    return undefined;
  }
  return { ...parts, jobId, sessionId, turn, recipe: turn.recipe! };
}

async function generate(run: JobRun, signal: AbortSignal): Promise<ElapsedMs> {
  const progress = new Progress(run);
  let elapsedMs: ElapsedMs = {};
  const request = await jobRequest(run);
  if (request.only?.length === 0) return elapsedMs;
  for await (const event of run.engine.generate(request, { signal })) {
    if (!findJob(run.db, run.jobId)) break;
    if (event.type === 'done') elapsedMs = event.elapsedMs;
    else await store(run, progress, event);
  }
  return elapsedMs;
}

function store(
  run: JobRun,
  progress: Progress,
  event: Exclude<EngineEvent, { type: 'done' }>,
): Promise<void> | void {
  switch (event.type) {
    case 'stage':
      return progress.stage(event);
    case 'preview':
      return progress.preview(event);
    case 'picture':
      return savePicture(run, event);
    case 'cache':
    case 'tokens':
    case 'resized':
    case 'fitted':
    case 'composited':
    case 'second-look':
      return appendEngineEvent(run, event);
    case 'checkpoint':
      return saveCheckpoint(run, run.jobId, event.state);
    default:
      event satisfies never;
  }
}

function appendEngineEvent({ db, jobId, sessionId, turn }: JobRun, { type, ...facts }: LoggedEvent): void {
  const payload = { turnId: turn.id, ...facts };
  db.write(() => appendEvent(db, { sessionId, jobId, type, payload } as EventDraft));
}

function checkComplete({ db, turn, recipe, jobId }: JobRun): void {
  const saved = savedIndexes(db, turn.id).length;
  if (saved !== recipe.count && findJob(db, jobId))
    throw new Error(`The engine ended after ${saved} of ${recipe.count} pictures`);
}

/** Stores how a run ended that was stopped or that failed. */
function conclude({ db, jobId, log }: JobRun, error: unknown, { reason }: StopSignal): void {
  const job = findJob(db, jobId);
  if (!job) return;
  if (reason) {
    const change = reason === 'cancel' ? {} : { attempt: job.attempt - 1 };
    endJob(db, job, STOPPED_AS[reason], change);
    return;
  }
  const failure = failureOf(error);
  const died = failure.code === 'engine_died';
  if ((died || failure.code === 'unreachable') && job.attempt < MAX_ATTEMPTS) {
    endJob(db, job, 'interrupted');
    return;
  }
  // Only the log shows where a programming error comes from.
  if (failure.code === 'internal')
    log.error({ err: error, job: jobId }, 'a run failed by a programming error');
  else log.warn({ err: error, job: jobId }, 'a job failed');
  failJob(db, job, died ? { ...failure, message: failureSentence('engine_died', job.attempt) } : failure);
}
