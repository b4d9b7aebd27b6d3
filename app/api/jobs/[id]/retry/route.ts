/** `POST /api/jobs/:id/retry`: a failed or stopped job goes on from what it has. */
import { route } from '../../../../../server/http/http.ts';
import { jobAnswer } from '../../../../../server/http/job-answer.ts';

export const POST = route((_request, { id = '' }) => jobAnswer(id, (queue) => queue.retry(id)));
