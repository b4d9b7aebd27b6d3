/** `POST /api/sessions/:id/turns`: a message becomes a turn with a job; the same Idempotency-Key never makes two. */

import { readJson, route } from '../../../../../server/http/http.ts';
import { runtime } from '../../../../../server/runtime.ts';
import { idempotencyKey } from '../../../../../server/turns/keys.ts';
import { takeTurn } from '../../../../../server/turns/take-turn.ts';
import { turnSchema } from '../../../../../studio/protocol.ts';

export const POST = route(async (request, { id = '' }) => {
  const key = idempotencyKey(request);
  const turn = await readJson(request, turnSchema);
  return Response.json(takeTurn(runtime(), id, key, turn), { status: 202 });
});
