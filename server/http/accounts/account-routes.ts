/** The routes of one's own account: who one is, signing in and out, keys. Knows no page. */
import type { Context, Hono } from 'hono';
import { dropKey, insertKey, type KeyRow, keysOf } from '../../../db/accounts/keys.ts';
import { dropLogins, findPerson, findPersonByEmail, hasPeople } from '../../../db/accounts/people.ts';
import type { AccountView, KeyView } from '../../../studio/people/people.ts';
import {
  firstAdminSchema,
  linkedPasswordSchema,
  newKeySchema,
} from '../../../studio/people/people-requests.ts';
import { Refusal } from '../../../studio/refusal.ts';
import type { Accounts } from '../../accounts/accounts.ts';
import { ADDRESS_HEADER, AUTH_PATH, isReachable } from '../../accounts/auth.ts';
import { takenOf } from '../../accounts/limits.ts';
import type { Shared } from '../../runtime.ts';
import { readBytes } from '../http.ts';
import { body, group } from '../openapi.ts';
import type { Asking } from './asking.ts';
import { note } from './noted.ts';

const MAX_SIGN_IN_BYTES = 10_000;

/** Tells a browser to forget what it keeps of whoever leaves. Source: W3C, Clear Site Data. */
const CLEAR = '"cache", "storage"';

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

/** Throws {@link Refusal} `no_accounts` where there are none. */
export function requireAccounts({ accounts }: Shared): Accounts {
  if (!accounts) throw new Refusal('no_accounts', {});
  return accounts;
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

/** What a browser asks of `better-auth`: its body is bounded, its attempts are counted, and what came of it is noted. */
async function signing(c: Context<Asking>, shared: Shared): Promise<Response> {
  const accounts = requireAccounts(shared);
  const { path } = c.req;
  if (!isReachable(path)) throw new Refusal('unknown_address', { path });
  // The first one comes by the printed link, or there would be no administrator.
  if (!hasPeople(shared.db)) throw new Refusal('not_signed_in', {});
  const way = path.slice(AUTH_PATH.length);
  const bytes = c.req.method === 'POST' ? await readBytes(c.req.raw, MAX_SIGN_IN_BYTES) : undefined;
  const email = way === '/sign-in/email' ? emailIn(bytes) : undefined;
  if (email !== undefined) await c.var.rates.attempt(c.var.address, email);
  const person = email === undefined ? undefined : findPersonByEmail(shared.db, email);
  const headers = new Headers(c.req.raw.headers);
  headers.set(ADDRESS_HEADER, c.var.address);
  // Pages of other sites were refused before; here a proxy may have changed the name that a browser compares with.
  headers.set('origin', c.var.origin);
  if (bytes) headers.set('content-type', 'application/json');
  const { pathname, search } = new URL(c.req.url);
  // At the address at which whoever asks found this server, which a proxy may have changed.
  const request = new Request(new URL(pathname + search, c.var.origin), {
    method: c.req.method,
    headers,
    ...(bytes ? { body: bytes } : {}),
  });
  const isShut = person !== undefined && person.blockedAt !== null;
  const answer = isShut ? undefined : await accounts.auth.handler(request);
  const isIn = answer?.headers.getSetCookie().some((each) => /session_token=[^;]/.test(each)) ?? false;
  if (email !== undefined) note(c, shared, isIn ? 'login' : 'login.failed', email, person?.id ?? null);
  else if (way === '/callback/oidc') note(c, shared, isIn ? 'login' : 'login.failed', 'oidc');
  else if (answer?.ok && way === '/sign-out') note(c, shared, 'logout');
  else if (answer?.ok && way === '/change-password') note(c, shared, 'password.changed');
  if (email !== undefined && isIn) await c.var.rates.succeeded(c.var.address, email);
  if (email !== undefined && !isIn) throw new Refusal('wrong_password', {});
  if (
    answer?.ok &&
    c.var.caller &&
    ['/sign-out', '/change-password', '/revoke-sessions', '/revoke-other-sessions'].includes(way)
  )
    accounts.tellGone(c.var.caller.owner);
  const out = new Response(answer!.body, answer!);
  out.headers.set('Cache-Control', 'no-store');
  if (answer!.ok && way === '/sign-out') out.headers.set('Clear-Site-Data', CLEAR);
  return out;
}

function emailIn(bytes: Uint8Array | undefined): string {
  try {
    const { email } = JSON.parse(new TextDecoder().decode(bytes)) as { email?: unknown };
    return typeof email === 'string' ? email.slice(0, 200) : '';
  } catch {
    throw new Refusal('bad_json', {});
  }
}
