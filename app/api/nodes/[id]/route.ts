/** `PATCH /api/nodes/:id`: hides a turn, or brings it back; nothing of it is lost. */
import { nodeChangeSchema } from '../../../protocol.ts';
import { readJson, route } from '../../../server/http.ts';
import { setNodeState } from '../../../server/node-state.ts';
import { runtime } from '../../../server/runtime.ts';

export const PATCH = route(async (request, { id = '' }) => {
  const { state } = await readJson(request, nodeChangeSchema);
  return Response.json({ node: setNodeState(runtime(), id, state) });
});
