/** `PATCH /api/turns/:id`: hides a turn, or brings it back; nothing of it is lost. */

import { readJson, route } from '../../../../server/http/http.ts';
import { runtime } from '../../../../server/runtime.ts';
import { setTurnState } from '../../../../server/turns/turn-state.ts';
import { turnChangeSchema } from '../../../../studio/protocol.ts';

export const PATCH = route(async (request, { id = '' }) => {
  const { state } = await readJson(request, turnChangeSchema);
  return Response.json({ turn: setTurnState(runtime(), id, state) });
});
