/** `POST /api/turns/:id/repeat`: the same message on the same inputs, anew or with the same layout. */

import { readJson, route } from '../../../../../server/http/http.ts';
import { runtime } from '../../../../../server/runtime.ts';
import { idempotencyKey } from '../../../../../server/turns/keys.ts';
import { repeatTurn } from '../../../../../server/turns/take-turn.ts';
import { repeatSchema } from '../../../../../studio/protocol.ts';

export const POST = route(async (request, { id = '' }) => {
  const key = idempotencyKey(request);
  const repeat = await readJson(request, repeatSchema);
  return Response.json(repeatTurn(runtime(), id, key, repeat), { status: 202 });
});
