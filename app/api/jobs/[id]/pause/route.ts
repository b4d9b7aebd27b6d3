/** `POST /api/jobs/:id/pause`: out of the line until it is resumed; what it has stays. */
import { route } from '../../../../../server/http/http.ts';
import { jobAnswer } from '../../../../../server/http/job-answer.ts';

export const POST = route((_request, { id = '' }) => jobAnswer(id, (queue) => queue.pause(id)));
