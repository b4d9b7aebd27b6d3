/** `GET /api/sessions`: the list, newest change first. `POST`: a new session. */
import { lastSeq } from '../../../db/events.ts';
import { listSessions } from '../../../db/sessions.ts';
import { newSessionSchema } from '../../protocol.ts';
import { readJson, route } from '../../server/http.ts';
import { runtime } from '../../server/runtime.ts';
import { createSession } from '../../server/sessions.ts';
import { sessionView } from '../../server/views.ts';

export const GET = route(() => {
  const { db, owner } = runtime();
  return Response.json({ sessions: listSessions(db, owner).map(sessionView), seq: lastSeq(db) });
});

export const POST = route(async (request) => {
  const { title } = await readJson(request, newSessionSchema);
  return Response.json({ session: createSession(runtime(), title) }, { status: 201 });
});
