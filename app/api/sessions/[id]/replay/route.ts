/** `POST /api/sessions/:id/replay`: an earlier edit is changed, and what depends on it is made again. */

import { readJson, route } from '../../../../../server/http/http.ts';
import { runtime } from '../../../../../server/runtime.ts';
import { idempotencyKey } from '../../../../../server/turns/keys.ts';
import { planOf, replay } from '../../../../../server/turns/replay.ts';
import { replaySchema } from '../../../../../studio/protocol.ts';

export const POST = route(async (request, { id = '' }) => {
  const key = idempotencyKey(request);
  const { change, dryRun } = await readJson(request, replaySchema);
  if (dryRun) return Response.json(planOf(runtime(), id, change));
  return Response.json(replay(runtime(), id, key, change), { status: 202 });
});
