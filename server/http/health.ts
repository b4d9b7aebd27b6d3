/** Whether the server can take a turn, for the page and for programs that watch the server. */
import type { Context } from 'hono';
import type { Database } from '../../db/database.ts';
import type { Health } from '../../studio/protocol.ts';
import { Refusal } from '../../studio/refusal.ts';
import type { Access } from '../accounts/access.ts';
import type { Engines } from '../engines/engines.ts';
import type { Asking } from './accounts/asking.ts';
import { errorAnswer, localeOf } from './edge.ts';

interface Parts {
  db: Pick<Database, 'loss'>;
  engines: Engines;
  access: Pick<Access, 'hasAccounts'>;
}

/**
 * Answers 200 with {@link Health} once the default engine can take a turn, else 503 with the reason in it. Whoever is not signed in
 * where people have to be learns the state alone.
 */
export function healthAnswer(c: Context<Asking>, { db, engines, access }: Parts): Response {
  const engine = engines.running(engines.default);
  const isLost = db.loss() !== undefined;
  const error = isLost ? lossAnswer(c) : engine?.error;
  const health: Health = {
    state: isLost ? 'degraded' : (engine?.state ?? 'loading'),
    model: engine?.loadedInfo ?? null,
    error: error && { code: error.code, message: error.message, field: error.field },
  };
  const isStranger = access.hasAccounts && !c.var.caller;
  const told: Health = isStranger ? { state: health.state, model: null } : health;
  c.header('Cache-Control', 'no-store');
  return c.json(told, health.state === 'ready' ? 200 : 503);
}

function lossAnswer(c: Context<Asking>) {
  return errorAnswer(new Refusal('database_lost', {}), localeOf(c.req.raw.headers));
}
