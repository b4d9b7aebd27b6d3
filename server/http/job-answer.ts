/** The answer to a verb on a job: the job as it is after it, or why not. */
import type { JobRow } from '../../db/jobs.ts';
import { waitsFor } from '../../db/waiting.ts';
import { Refusal } from '../../studio/refusal.ts';
import type { JobQueue } from '../queue/queue.ts';
import { runtime } from '../runtime.ts';
import { jobView } from '../views/views.ts';

/** Answers 202 with the job. Throws {@link Refusal} `unknown_job`, and `not_now` where its state does not allow the verb. */
export function jobAnswer(id: string, verb: (queue: JobQueue) => JobRow | undefined): Response {
  const { db, queue } = runtime();
  const job = verb(queue);
  if (!job) throw new Refusal('unknown_job', { jobId: id });
  return Response.json({ job: jobView(job, waitsFor(db, job.turnId)) }, { status: 202 });
}
