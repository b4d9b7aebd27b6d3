/** Whether the server can take a turn, for the page and for programs that watch the server. */
import type { Context } from 'hono';
import type { EngineClient } from '../../engine/index.ts';
import type { Health } from '../../studio/protocol.ts';

/** Answers 200 with {@link Health} once a turn can be taken, else 503 with the reason in it. */
export function healthAnswer(c: Context, { engine }: { engine: EngineClient }): Response {
  const error = engine.error && {
    code: engine.error.code,
    message: engine.error.message,
    field: engine.error.field,
  };
  const health: Health = { state: engine.state, model: engine.loadedInfo ?? null, error };
  c.header('Cache-Control', 'no-store');
  return c.json(health, engine.state === 'ready' ? 200 : 503);
}
