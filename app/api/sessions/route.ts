/** `GET /api/sessions`: a page of the list, newest change first. `POST`: a new session. */

import { readJson, readQuery, route } from '../../../server/http/http.ts';
import { runtime } from '../../../server/runtime.ts';
import { createSession } from '../../../server/turns/sessions.ts';
import { sessionPage } from '../../../server/views/pages.ts';
import { listQuery, newSessionSchema } from '../../../studio/protocol.ts';

export const GET = route((request) => Response.json(sessionPage(runtime(), readQuery(request, listQuery))));

export const POST = route(async (request) => {
  const { title } = await readJson(request, newSessionSchema);
  return Response.json({ session: createSession(runtime(), title) }, { status: 201 });
});
