/** `POST /api/jobs/:id/move`: another place in line. */
import { moveJobSchema } from '../../../../protocol.ts';
import { readJson, route } from '../../../../server/http.ts';
import { jobAnswer } from '../../../../server/job-answer.ts';

export const POST = route(async (request, { id = '' }) => {
  const { before } = await readJson(request, moveJobSchema);
  return jobAnswer(id, (queue) => queue.move(id, before));
});
