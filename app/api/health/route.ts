/** `GET /api/health`: 200 once a turn can be taken, else 503 with the reason. */

import { route } from '../../../server/http/http.ts';
import { runtime } from '../../../server/runtime.ts';
import type { Health } from '../../../studio/protocol.ts';

export const GET = route(() => {
  const { engine } = runtime();
  const error = engine.error && {
    code: engine.error.code,
    message: engine.error.message,
    field: engine.error.field,
  };
  const model = engine.loadedInfo ?? null;
  const health: Health = { state: engine.state, model, error };
  return Response.json(health, {
    status: engine.state === 'ready' ? 200 : 503,
    headers: { 'Cache-Control': 'no-store' },
  });
});
