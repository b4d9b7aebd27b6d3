/** `POST /api/jobs/:id/move`: another place in line. */

import { readJson, route } from '../../../../../server/http/http.ts';
import { jobAnswer } from '../../../../../server/http/job-answer.ts';
import { moveJobSchema } from '../../../../../studio/protocol.ts';

export const POST = route(async (request, { id = '' }) => {
  const { before } = await readJson(request, moveJobSchema);
  return jobAnswer(id, (queue) => queue.move(id, before));
});
