/** `GET /api/queue`: who is where in line. `POST`: pauses the line, or lets it go on. */

import { readJson, route } from '../../../server/http/http.ts';
import { runtime } from '../../../server/runtime.ts';
import { queueChangeSchema } from '../../../studio/protocol.ts';

export const GET = route(() => Response.json(runtime().queue.view()));

export const POST = route(async (request) => {
  const { paused } = await readJson(request, queueChangeSchema);
  runtime().queue.setPaused(paused);
  return Response.json(runtime().queue.view());
});
