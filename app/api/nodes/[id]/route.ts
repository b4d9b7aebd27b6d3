/** `PATCH /api/nodes/:id`: hides a turn, or brings it back; nothing of it is lost. */

import { readJson, route } from '../../../../server/http/http.ts';
import { runtime } from '../../../../server/runtime.ts';
import { setNodeState } from '../../../../server/turns/node-state.ts';
import { nodeChangeSchema } from '../../../../studio/protocol.ts';

export const PATCH = route(async (request, { id = '' }) => {
  const { state } = await readJson(request, nodeChangeSchema);
  return Response.json({ node: setNodeState(runtime(), id, state) });
});
