/** `POST /api/sessions/:id/restore`: a deleted session is back, as it was. */
import { route } from '../../../../../server/http/http.ts';
import { runtime } from '../../../../../server/runtime.ts';
import { restoreSession } from '../../../../../server/turns/sessions.ts';

export const POST = route((_request, { id = '' }) =>
  Response.json({ session: restoreSession(runtime(), id) }),
);
