/** `POST /api/sessions/:id/turns`: a message becomes a node with a job; the same Idempotency-Key never makes two. */
import { turnSchema } from '../../../../protocol.ts';
import { readJson, route } from '../../../../server/http.ts';
import { idempotencyKey } from '../../../../server/keys.ts';
import { runtime } from '../../../../server/runtime.ts';
import { takeTurn } from '../../../../server/turns.ts';

export const POST = route(async (request, { id = '' }) => {
  const key = idempotencyKey(request);
  const turn = await readJson(request, turnSchema);
  return Response.json(takeTurn(runtime(), id, key, turn), { status: 202 });
});
