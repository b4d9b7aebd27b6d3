/**
 * Who asks of the API, and whether they may: before any route runs, the caller is known, has the right that the route needs, and the
 * route gets the parts of the server for that caller's owner alone.
 */
import type { HttpBindings } from '@hono/node-server';
import type { MiddlewareHandler } from 'hono';
import { Refusal } from '../../../studio/refusal.ts';
import type { Caller, Right } from '../../accounts/caller.ts';
import type { Runtime, Shared } from '../../runtime.ts';

/** What routes know of a request beside itself: who sends it, and the parts of the server for its owner. */
export interface Asking {
  Bindings: HttpBindings;
  Variables: { caller: Caller; mine: Runtime };
}

/** Routes that anyone may ask: what tells whether a server is there, and what lets people in. */
const FOR_ALL = [/^\/api\/health$/, /^\/api\/auth\//];

/** Routes that concern everyone: those of the queue and the engines are read by all. */
const OF_STUDIO = [/^\/metrics$/, /^\/api\/admin(\/|$)/];
const READ_BY_ALL = [/^\/api\/queue$/, /^\/api\/engines(\/[^/]+(\/test)?)?$/, /^\/api\/language(\/test)?$/];

/** Routes that store nothing though they take a body. Tools of agents ask for their rights one by one. */
const STORING_NOTHING = [/^\/api\/sessions\/[^/]+\/context$/, /^\/mcp$/];

/** The right that a request needs; null: none. The one place that decides it, by method and address. */
export function rightFor(method: string, path: string): Right | null {
  const isOf = (routes: readonly RegExp[]) => routes.some((route) => route.test(path));
  const reads = method === 'GET' || method === 'HEAD' || method === 'OPTIONS';
  if (isOf(FOR_ALL)) return null;
  if (isOf(OF_STUDIO) || (!reads && isOf(READ_BY_ALL))) return 'manage';
  return reads || isOf(STORING_NOTHING) ? 'read' : 'draw';
}

/** Throws {@link Refusal} `not_signed_in`, `not_allowed`. */
export function requireRight(caller: Caller | undefined, right: Right): void {
  if (!caller) throw new Refusal('not_signed_in', {});
  if (!caller.rights.includes(right)) throw new Refusal('not_allowed', { right });
}

/** Finds out who asks and gives the routes that owner's parts; refuses whoever may not. */
export function knowCaller(shared: Shared): MiddlewareHandler<Asking> {
  return async (c, next) => {
    const caller = await shared.access.callerOf(c.env?.incoming);
    const right = rightFor(c.req.method, c.req.path);
    if (right !== null) requireRight(caller, right);
    if (caller) {
      c.set('caller', caller);
      c.set('mine', { ...shared, owner: caller.owner });
    }
    await next();
  };
}
