/** Whether the server can take a turn, for the page and for programs that watch the server. */
import type { Context } from 'hono';
import type { Database } from '../../db/database.ts';
import type { Health } from '../../studio/protocol.ts';
import { Refusal } from '../../studio/refusal.ts';
import type { Engines } from '../engines/engines.ts';
import { errorAnswer, localeOf } from './edge.ts';

interface Parts {
  db: Pick<Database, 'loss'>;
  engines: Engines;
}

/** Answers 200 with {@link Health} once the default engine can take a turn, else 503 with the reason in it. */
export function healthAnswer(c: Context, { db, engines }: Parts): Response {
  const engine = engines.running(engines.default);
  const isLost = db.loss() !== undefined;
  const error = isLost ? lossAnswer(c) : engine?.error;
  const health: Health = {
    state: isLost ? 'degraded' : (engine?.state ?? 'loading'),
    model: engine?.loadedInfo ?? null,
    error: error && { code: error.code, message: error.message, field: error.field },
  };
  c.header('Cache-Control', 'no-store');
  return c.json(health, health.state === 'ready' ? 200 : 503);
}

function lossAnswer(c: Context) {
  return errorAnswer(new Refusal('database_lost', {}), localeOf(c.req.raw.headers));
}
