/** `POST /api/jobs/:id/resume`: back to its place in line. */
import { route } from '../../../../../server/http/http.ts';
import { jobAnswer } from '../../../../../server/http/job-answer.ts';

export const POST = route((_request, { id = '' }) => jobAnswer(id, (queue) => queue.resume(id)));
