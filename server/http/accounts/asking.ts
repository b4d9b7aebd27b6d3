/**
 * Who asks of the API, and whether they may: before any route runs, the caller is known, is not over their rate, has the right that
 * the route needs, and the route gets the parts of the server for that caller's owner alone.
 */
import type { HttpBindings } from '@hono/node-server';
import type { MiddlewareHandler } from 'hono';
import type { Right } from '../../../studio/people/people.ts';
import { Refusal } from '../../../studio/refusal.ts';
import type { Caller } from '../../accounts/caller.ts';
import { limitsOf } from '../../accounts/limits.ts';
import { Rates } from '../../accounts/rate.ts';
import type { Runtime, Shared } from '../../runtime.ts';

/** What routes know of a request beside itself: who sends it from where, and the parts of the server for its owner. */
export interface Asking {
  Bindings: HttpBindings;
  Variables: {
    caller: Caller;
    mine: Runtime;
    /** Address of whoever asks. */
    address: string;
    /** Where they found this server. */
    origin: string;
    rates: Rates;
  };
}

/** Routes that anyone may ask: what tells whether a server is there, and what lets people in. */
const FOR_ALL = [/^\/api\/health$/, /^\/api\/auth\//, /^\/api\/account(\/first|\/password)?$/];

/** Routes that concern everyone: those of the queue and the engines are read by all. */
const OF_STUDIO = [/^\/metrics$/, /^\/api\/(admin|storage)(\/|$)/];
const READ_BY_ALL = [/^\/api\/queue$/, /^\/api\/engines(\/[^/]+(\/test)?)?$/, /^\/api\/language(\/test)?$/];

/** Routes that change no session though they are no reading. Tools of agents ask for their rights one by one. */
const CHANGING_NOTHING = [
  /^\/api\/sessions\/[^/]+\/context$/,
  /^\/mcp$/,
  /^\/api\/account\/(keys(\/[^/]+)?|sign-out-everywhere)$/,
];

/** Pictures come by the hundred with one page. */
const UNCOUNTED = /^\/(images|pictures)\//;

/** The right that a request needs; null: none. The one place that decides it, by method and address. */
export function rightFor(method: string, path: string): Right | null {
  const isOf = (routes: readonly RegExp[]) => routes.some((route) => route.test(path));
  const reads = method === 'GET' || method === 'HEAD' || method === 'OPTIONS';
  if (isOf(FOR_ALL)) return null;
  if (isOf(OF_STUDIO) || (!reads && isOf(READ_BY_ALL))) return 'manage';
  return reads || isOf(CHANGING_NOTHING) ? 'read' : 'draw';
}

/** Finds out who asks and gives the routes that owner's parts. Throws {@link Refusal} `not_signed_in`, `not_allowed`, `too_many_requests`. */
export function knowCaller(shared: Shared): MiddlewareHandler<Asking> {
  const { access, proxies, db } = shared;
  const rates = new Rates();
  return async (c, next) => {
    const request = c.env?.incoming;
    const address = proxies.addressOf(request);
    c.set('address', address);
    c.set('origin', proxies.originOf(request));
    c.set('rates', rates);
    const isCounted = access.hasAccounts && !UNCOUNTED.test(c.req.path);
    if (isCounted) await rates.address(address);
    const caller = await access.callerOf(request);
    const most = caller ? (limitsOf(db, caller.owner)?.requestsPerMinute ?? null) : null;
    if (isCounted && !caller) await rates.stranger(address);
    if (isCounted && caller && most !== null) await rates.caller(caller.keyId ?? caller.owner, most);
    const right = rightFor(c.req.method, c.req.path);
    if (right !== null) requireRight(caller, right);
    if (caller) {
      c.set('caller', caller);
      c.set('mine', { ...shared, owner: caller.owner });
    }
    await next();
  };
}

function requireRight(caller: Caller | undefined, right: Right): void {
  if (!caller) throw new Refusal('not_signed_in', {});
  if (!caller.rights.includes(right)) throw new Refusal('not_allowed', { right });
}

/** Origins whose pages may write: the public address, and others that the operator named. */
export function ownOrigins({ proxies, origins }: Pick<Shared, 'proxies' | 'origins'>): string[] {
  return [...(proxies.publicUrl ? [proxies.publicUrl] : []), ...origins];
}
