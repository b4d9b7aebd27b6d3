/** The audit log: what people do that an operator may have to look up, noted once it is done. Without accounts nothing is. */
import type { Context, MiddlewareHandler } from 'hono';
import { appendAudit } from '../../../db/accounts/audit.ts';
import type { Audited } from '../../../studio/people/people.ts';
import type { Shared } from '../../runtime.ts';
import type { Asking } from './asking.ts';

/** Routes that are noted wherever they succeed, and the part of their address that they are about. */
const NOTED: readonly [method: string, path: RegExp, what: Audited][] = [
  ['DELETE', /^\/api\/sessions\/([^/]+)$/, 'session.deleted'],
  ['GET', /^\/api\/sessions\/([^/]+)\/(?:export|page)$/, 'session.exported'],
  ['GET', /^\/api\/(?:export|pictures\.zip)()$/, 'session.exported'],
  ['POST', /^\/api\/sessions\/import()$/, 'session.imported'],
  ['POST', /^\/api\/queue()$/, 'queue.changed'],
  ['POST', /^\/api\/engines()$/, 'engine.changed'],
  ['PATCH', /^\/api\/engines\/([^/]+)$/, 'engine.changed'],
  ['DELETE', /^\/api\/engines\/([^/]+)$/, 'engine.changed'],
  ['PUT', /^\/api\/(language)$/, 'engine.changed'],
  ['DELETE', /^\/api\/(language)$/, 'engine.changed'],
];

/** Notes what succeeded. */
export function noted(shared: Shared): MiddlewareHandler<Asking> {
  return async (c, next) => {
    await next();
    if (!c.res.ok) return;
    for (const [method, path, what] of NOTED) {
      const found = c.req.method === method && path.exec(c.req.path);
      if (found) note(c, shared, what, found[1] || undefined);
    }
  };
}

/** Notes that something was done by whoever asks, or by `userId`. */
export function note(
  c: Context<Asking>,
  { access, db }: Shared,
  what: Audited,
  about?: string,
  userId: string | null = c.var.caller?.owner ?? null,
): void {
  if (!access.hasAccounts) return;
  db.write(() => appendAudit(db, { what, userId, address: c.var.address, about }));
}
