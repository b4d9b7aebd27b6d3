/** `GET /api/health`: 200 once a turn can be taken, else 503 with the reason. */
import type { Health } from '../../protocol.ts';
import { route } from '../../server/http.ts';
import { runtime } from '../../server/runtime.ts';

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
