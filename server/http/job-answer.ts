/** The answer to a verb on a job: the job as it is after it, or why not. */
import type { JobRow } from '../../db/jobs.ts';
import { waitsFor } from '../../db/waiting.ts';
import type { JobQueue } from '../queue/queue.ts';
import { runtime } from '../runtime.ts';
import { jobView } from '../views/views.ts';
import { HttpError } from './http.ts';

/** Answers 202 with the job. Throws {@link HttpError} 404 unknown job, 409 where its state does not allow the verb. */
export function jobAnswer(id: string, verb: (queue: JobQueue) => JobRow | undefined): Response {
  const { db, queue } = runtime();
  try {
    const job = verb(queue);
    if (!job) throw new HttpError(404, 'unknown_job', `There is no job ${id}.`);
    return Response.json({ job: jobView(job, waitsFor(db, job.turnId)) }, { status: 202 });
  } catch (error) {
    // Routes are bundled apart from the server, so its class is another one here; importing it would bundle the engine.
    if (error instanceof Error && error.name === 'QueueRefusal')
      throw new HttpError(409, 'not_now', error.message);
    throw error;
  }
}
