/** The answer to a verb on a job: the job as it is after it, or why not. */
import type { Context } from 'hono';
import type { JobRow } from '../../db/jobs.ts';
import { waitsFor } from '../../db/waiting.ts';
import { Refusal } from '../../studio/refusal.ts';
import type { Runtime } from '../runtime.ts';
import { jobView } from '../views/views.ts';

/**
 * Answers 202 with the job. Throws {@link Refusal} `unknown_job`, and what the verb throws where the job's state does not allow
 * it.
 */
export function answerJob(
  c: Context<object, '/api/jobs/:id/:verb'>,
  { db }: Runtime,
  verb: (id: string) => JobRow | undefined,
): Response {
  const id = c.req.param('id');
  const job = verb(id);
  if (!job) throw new Refusal('unknown_job', { jobId: id });
  return c.json({ job: jobView(job, waitsFor(db, job.turnId)) }, 202);
}
