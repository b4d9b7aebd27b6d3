/** The answer to a verb on a job: the job as it is after it, or why not. */
import type { Context } from 'hono';
import { findJob, type JobRow } from '../../db/jobs.ts';
import { waitsFor } from '../../db/waiting.ts';
import { Refusal } from '../../studio/refusal.ts';
import type { Runtime } from '../runtime.ts';
import { jobView } from '../views/views.ts';
import type { Asking } from './accounts/asking.ts';

/** The owner's job of an id. Throws {@link Refusal} `unknown_job`. */
export function requireJob({ db, owner }: Pick<Runtime, 'db' | 'owner'>, id: string): JobRow {
  const job = findJob(db, id);
  if (job?.owner !== owner) throw new Refusal('unknown_job', { jobId: id });
  return job;
}

/**
 * Answers 202 with the job. Throws {@link Refusal} `unknown_job`, and what the verb throws where the job's state does not allow
 * it.
 */
export function answerJob(
  c: Context<Asking, '/api/jobs/:id/:verb'>,
  parts: Runtime,
  verb: (id: string) => JobRow | undefined,
): Response {
  const { id } = requireJob(parts, c.req.param('id'));
  const job = verb(id);
  if (!job) throw new Refusal('unknown_job', { jobId: id });
  return c.json({ job: jobView(job, waitsFor(parts.db, job.turnId)) }, 202);
}
