/** The routes of one's own account: who one is, signing in and out, keys. Knows no page. */
import type { Context, Hono } from 'hono';
import { dropKey, insertKey, type KeyRow, keysOf } from '../../../db/accounts/keys.ts';
import { dropLogins, findPerson } from '../../../db/accounts/people.ts';
import type { AccountView, KeyView } from '../../../studio/people/people.ts';
import {
  firstAdminSchema,
  linkedPasswordSchema,
  newKeySchema,
} from '../../../studio/people/people-requests.ts';
import { Refusal } from '../../../studio/refusal.ts';
import { AUTH_PATH } from '../../accounts/auth.ts';
import { takenOf } from '../../accounts/limits.ts';
import type { Shared } from '../../runtime.ts';
import { body, group } from '../openapi.ts';
import type { Asking } from './asking.ts';
import { note } from './noted.ts';
import { CLEAR, requireAccounts, signing } from './signing.ts';

export function addAccountRoutes(app: Hono<Asking>, shared: Shared): void {
  const { db } = shared;
  const route = group('Account');

  app.get('/api/account', route('Who is signed in, and what they may still take', 'AccountView'), (c) =>
    c.json(accountView(c, shared), 200, { 'Cache-Control': 'no-store' }),
  );
  app.post(
    '/api/account/first',
    route('Make the first administrator, by the link that the server printed', { 204: 'nothing' }),
    body(firstAdminSchema),
    async (c) => {
      await c.var.rates.attempt(c.var.address, 'first');
      const person = await requireAccounts(shared).addFirst(c.req.valid('json'));
      await c.var.rates.succeeded(c.var.address, 'first');
      note(c, shared, 'person.added', person.email, person.id);
      return c.body(null, 204);
    },
  );
  app.post(
    '/api/account/password',
    route('Set a password by a one-time link of an administrator', { 200: '{ email }' }),
    body(linkedPasswordSchema),
    async (c) => {
      await c.var.rates.attempt(c.var.address, 'link');
      const { token, password } = c.req.valid('json');
      const person = await requireAccounts(shared).setLinkedPassword(token, password);
      await c.var.rates.succeeded(c.var.address, 'link');
      note(c, shared, 'link.used', person.email, person.id);
      return c.json({ email: person.email });
    },
  );
  app.post(
    '/api/account/sign-out-everywhere',
    route('Sign out of every browser; keys stay', { 204: 'nothing' }),
    (c) => {
      const accounts = requireAccounts(shared);
      const { owner } = requireInPerson(c);
      db.write(() => dropLogins(db, owner));
      accounts.tellGone(owner);
      note(c, shared, 'logout.everywhere');
      return c.body(null, 204, { 'Clear-Site-Data': CLEAR });
    },
  );
  app.get('/api/account/keys', route('Keys of programs, without the keys themselves', '{ keys }'), (c) => {
    requireAccounts(shared);
    return c.json({ keys: keysOf(db, c.var.caller.owner).map(keyView) });
  });
  app.post(
    '/api/account/keys',
    route('Make a key; it is shown this once', { 201: '{ key, view }' }),
    body(newKeySchema),
    (c) => {
      requireAccounts(shared);
      const { owner } = requireInPerson(c);
      const { key, row } = db.write(() => insertKey(db, owner, c.req.valid('json')));
      note(c, shared, 'key.made', row.beginning);
      return c.json({ key, view: keyView(row) }, 201, { 'Cache-Control': 'no-store' });
    },
  );
  app.delete('/api/account/keys/:id', route('Revoke a key', { 204: 'nothing' }), (c) => {
    const accounts = requireAccounts(shared);
    const { owner } = requireInPerson(c);
    const id = c.req.param('id');
    if (!db.write(() => dropKey(db, owner, id))) throw new Refusal('unknown_key', { keyId: id });
    accounts.tellGone(owner);
    note(c, shared, 'key.revoked', id);
    return c.body(null, 204);
  });
  app.all(`${AUTH_PATH}/*`, (c) => signing(c, shared));
}

/** The caller, who is no program with a key. Throws {@link Refusal} `not_by_key`. */
export function requireInPerson(c: Context<Asking>) {
  if (c.var.caller.by === 'key') throw new Refusal('not_by_key', {});
  return c.var.caller;
}

function accountView(c: Context<Asking>, { db, access, accounts }: Shared): AccountView {
  const person = c.var.caller && access.hasAccounts ? findPerson(db, c.var.caller.owner) : undefined;
  return {
    hasAccounts: access.hasAccounts,
    person: person ? { id: person.id, name: person.name, email: person.email, role: person.role } : null,
    elsewhere: accounts?.hasElsewhere ? 'oidc' : null,
    use: person ? takenOf(db, person.id) : null,
  };
}

function keyView({ id, name, beginning, scopes, createdAt, lastUsedAt }: KeyRow): KeyView {
  return { id, name, beginning, scopes, createdAt, lastUsedAt };
}
