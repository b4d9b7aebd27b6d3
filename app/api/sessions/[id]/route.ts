/** `GET /api/sessions/:id`: the session whole. `PATCH`: another title. `DELETE`: gone, with its pictures. */
import { renameSchema } from '../../../protocol.ts';
import { readJson, route } from '../../../server/http.ts';
import { runtime } from '../../../server/runtime.ts';
import { removeSession, requireSession, retitleSession } from '../../../server/sessions.ts';
import { snapshot } from '../../../server/views.ts';

export const GET = route((_request, { id = '' }) => {
  const { id: sessionId } = requireSession(runtime(), id);
  return Response.json(snapshot(runtime().db, sessionId));
});

export const PATCH = route(async (request, { id = '' }) => {
  const { title } = await readJson(request, renameSchema);
  return Response.json({ session: retitleSession(runtime(), id, title) });
});

export const DELETE = route((_request, { id = '' }) => {
  removeSession(runtime(), id);
  return new Response(null, { status: 204 });
});
