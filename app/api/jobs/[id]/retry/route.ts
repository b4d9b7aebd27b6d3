/** `POST /api/jobs/:id/retry`: a failed or stopped job goes on from what it has. */
import { HttpError, route } from '../../../../server/http.ts';
import { runtime } from '../../../../server/runtime.ts';
import { jobView } from '../../../../server/views.ts';

export const POST = route((_request, { id = '' }) => {
  const job = runtime().queue.retry(id);
  if (job === undefined) throw new HttpError(404, 'unknown_job', `There is no job ${id}.`);
  if (job === null) throw new HttpError(409, 'not_ended', 'Only a failed or stopped job can be tried again.');
  return Response.json({ job: jobView(job) }, { status: 202 });
});
