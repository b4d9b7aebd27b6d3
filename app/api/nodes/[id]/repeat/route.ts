/** `POST /api/nodes/:id/repeat`: the same message on the same inputs, anew or with the same layout. */
import { repeatSchema } from '../../../../protocol.ts';
import { readJson, route } from '../../../../server/http.ts';
import { idempotencyKey } from '../../../../server/keys.ts';
import { runtime } from '../../../../server/runtime.ts';
import { repeatTurn } from '../../../../server/turns.ts';

export const POST = route(async (request, { id = '' }) => {
  const key = idempotencyKey(request);
  const repeat = await readJson(request, repeatSchema);
  return Response.json(repeatTurn(runtime(), id, key, repeat), { status: 202 });
});
