/** `POST /api/sessions/:id/context`: what a message would come to; nothing is stored. */

import { localeOf } from '../../../../../server/http/edge.ts';
import { readJson, route } from '../../../../../server/http/http.ts';
import { runtime } from '../../../../../server/runtime.ts';
import { compileTurn } from '../../../../../server/turns/context-graph.ts';
import { worded } from '../../../../../server/views/notes.ts';
import { turnSchema } from '../../../../../studio/protocol.ts';

export const POST = route(async (request, { id = '' }) => {
  const turn = await readJson(request, turnSchema);
  return Response.json(worded(compileTurn(runtime(), id, turn), localeOf(request.headers)));
});
