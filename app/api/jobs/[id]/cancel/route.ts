/** `POST /api/jobs/:id/cancel`: stops before the next unit of work; pictures already made stay. */
import { HttpError, route } from '../../../../server/http.ts';
import { runtime } from '../../../../server/runtime.ts';
import { jobView } from '../../../../server/views.ts';

export const POST = route((_request, { id = '' }) => {
  const job = runtime().queue.cancel(id);
  if (!job) throw new HttpError(404, 'unknown_job', `There is no job ${id}.`);
  return Response.json({ job: jobView(job) }, { status: 202 });
});
