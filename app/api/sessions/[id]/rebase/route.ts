/** `POST /api/sessions/:id/rebase`: all instructions since a picture as one edit on it. */

import { readJson, route } from '../../../../../server/http/http.ts';
import { runtime } from '../../../../../server/runtime.ts';
import { idempotencyKey } from '../../../../../server/turns/keys.ts';
import { rebase, rebasePrompt } from '../../../../../server/turns/replay.ts';
import { rebaseSchema } from '../../../../../studio/protocol.ts';

export const POST = route(async (request, { id = '' }) => {
  const key = idempotencyKey(request);
  const asked = await readJson(request, rebaseSchema);
  if (!asked.dryRun) return Response.json(rebase(runtime(), id, key, asked), { status: 202 });
  const { prompt, turnIds } = rebasePrompt(runtime(), id, asked);
  return Response.json({ prompt, turnIds });
});
