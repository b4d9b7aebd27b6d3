/** The end of a run in its job's row, with the event of it. */
import type { Database } from '../../db/database.ts';
import { type JobRow, updateJob } from '../../db/jobs.ts';
import type { JobState } from '../../studio/vocabulary.ts';
import { appendEvent } from '../log/event-log.ts';
import { jobView } from '../views/views.ts';
import type { JobFailure } from './job-failure.ts';

/** How a run ends; an interrupted or paused job is run again. */
export type RunEnd = Exclude<JobState, 'queued' | 'running'>;

/** Stores the end of a run and appends its event, also on a full disk while its reserve lasts. Throws what the database throws. */
export function endJob(
  db: Database,
  job: { id: string; sessionId: string },
  state: RunEnd,
  change: Partial<JobRow> = {},
): JobRow {
  return endJobs(db, [job], state, change)[0]!;
}

/** As {@link endJob}, for several in one go. */
export function endJobs(
  db: Database,
  jobs: readonly { id: string; sessionId: string }[],
  state: RunEnd,
  change: Partial<JobRow> = {},
): JobRow[] {
  if (jobs.length === 0) return [];
  const finishedAt = state === 'interrupted' || state === 'paused' ? null : Date.now();
  return db.writeOnReserve(() =>
    jobs.map(({ id, sessionId }) => {
      const job = updateJob(db, id, { ...change, state, finishedAt });
      appendEvent(db, { sessionId, jobId: id, type: `job.${state}`, payload: { job: jobView(job) } });
      return job;
    }),
  );
}

/** As {@link endJob}, for a run that failed. */
export function failJob(
  db: Database,
  job: { id: string; sessionId: string },
  { code, message }: JobFailure,
): JobRow {
  return endJob(db, job, 'failed', { errorCode: code, errorMessage: message });
}
