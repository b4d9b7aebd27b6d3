/** `POST /api/jobs/:id/cancel`: stops before the next unit of work; pictures already made stay. */
import { route } from '../../../../../server/http/http.ts';
import { jobAnswer } from '../../../../../server/http/job-answer.ts';

export const POST = route((_request, { id = '' }) => jobAnswer(id, (queue) => queue.cancel(id)));
