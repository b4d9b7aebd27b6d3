/** `POST /api/sessions/:id/context`: what a message would come to; nothing is stored. */
import { turnSchema } from '../../../../protocol.ts';
import { compileTurn } from '../../../../server/context-graph.ts';
import { readJson, route } from '../../../../server/http.ts';
import { runtime } from '../../../../server/runtime.ts';

export const POST = route(async (request, { id = '' }) => {
  const turn = await readJson(request, turnSchema);
  return Response.json(compileTurn(runtime(), id, turn));
});
