/** `GET /api/sessions/:id`: the session whole. `PATCH`: title, active picture, archive. `DELETE`: gone, until restored. */

import { readJson, route } from '../../../../server/http/http.ts';
import { runtime } from '../../../../server/runtime.ts';
import { changeSession, removeSession, requireSession } from '../../../../server/turns/sessions.ts';
import { snapshot } from '../../../../server/views/views.ts';
import { sessionChangeSchema } from '../../../../studio/protocol.ts';

export const GET = route((_request, { id = '' }) => {
  const { id: sessionId } = requireSession(runtime(), id);
  return Response.json(snapshot(runtime().db, sessionId));
});

export const PATCH = route(async (request, { id = '' }) => {
  const change = await readJson(request, sessionChangeSchema);
  return Response.json({ session: changeSession(runtime(), id, change) });
});

export const DELETE = route((_request, { id = '' }) => {
  removeSession(runtime(), id);
  return new Response(null, { status: 204 });
});
