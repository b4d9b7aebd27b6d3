/**
 * What a browser asks of `better-auth`: the few addresses that are reachable, with bodies that are bounded, attempts that are counted,
 * and what came of it noted. Its refusals are answered as ours.
 */
import type { Context } from 'hono';
import { findPersonByEmail, hasPeople } from '../../../db/accounts/people.ts';
import { Refusal } from '../../../studio/refusal.ts';
import type { Accounts } from '../../accounts/accounts.ts';
import { ADDRESS_HEADER, AUTH_PATH, isReachable } from '../../accounts/auth.ts';
import type { Shared } from '../../runtime.ts';
import { readBytes } from '../http.ts';
import type { Asking } from './asking.ts';
import { note } from './noted.ts';

const MAX_BYTES = 10_000;

/** Tells a browser to forget what it keeps of whoever leaves. Source: W3C, Clear Site Data. */
export const CLEAR = '"cache", "storage"';

/** Throws {@link Refusal} `no_accounts` where there are none. */
export function requireAccounts({ accounts }: Shared): Accounts {
  if (!accounts) throw new Refusal('no_accounts', {});
  return accounts;
}

/** Answers a request under the address of `better-auth`. Throws {@link Refusal}. */
export async function signing(c: Context<Asking>, shared: Shared): Promise<Response> {
  const accounts = requireAccounts(shared);
  const { path } = c.req;
  if (!isReachable(path)) throw new Refusal('unknown_address', { path });
  // The first one comes by the printed link, or there would be no administrator.
  if (!hasPeople(shared.db)) throw new Refusal('not_signed_in', {});
  const way = path.slice(AUTH_PATH.length);
  const body = c.req.method === 'POST' ? await readBytes(c.req.raw, MAX_BYTES) : undefined;
  if (way === '/sign-in/email') return signIn(c, shared, accounts, body);
  const answer = await accounts.auth.handler(requestFor(c, body));
  if (way === '/callback/oidc') note(c, shared, hasLogin(answer) ? 'login' : 'login.failed', 'oidc');
  if (!answer.ok && answer.status >= 400) throw refusalOf(way, answer);
  if (answer.ok && way !== '/sign-in/social') ended(c, shared, accounts, way);
  return kept(answer, way === '/sign-out');
}

async function signIn(
  c: Context<Asking>,
  shared: Shared,
  accounts: Accounts,
  body: Uint8Array<ArrayBuffer> | undefined,
): Promise<Response> {
  const { rates, address } = c.var;
  const email = emailIn(body);
  await rates.attempt(address, email);
  const person = findPersonByEmail(shared.db, email);
  const answer = person?.blockedAt ? undefined : await accounts.auth.handler(requestFor(c, body));
  const isIn = answer !== undefined && hasLogin(answer);
  note(c, shared, isIn ? 'login' : 'login.failed', email, person?.id ?? null);
  if (!isIn) throw new Refusal('wrong_password.sign_in', {});
  await rates.succeeded(address, email);
  return kept(answer, false);
}

/** Notes what ended, and has whatever hung on it asked for again. */
function ended(c: Context<Asking>, shared: Shared, accounts: Accounts, way: string): void {
  if (way === '/sign-out') note(c, shared, 'logout');
  if (way === '/change-password') note(c, shared, 'password.changed');
  if (c.var.caller) accounts.tellGone(c.var.caller.owner);
}

function refusalOf(way: string, { status }: Response): Refusal {
  if (status === 401) return new Refusal('not_signed_in', {});
  if (way === '/change-password') return new Refusal('wrong_password.before', {});
  return new Refusal('bad_request.form', { path: 'body', problem: 'not understood' });
}

/** The request as `better-auth` gets it: at the address at which whoever asks found this server, which a proxy may have changed. */
function requestFor(c: Context<Asking>, body: Uint8Array<ArrayBuffer> | undefined): Request {
  const { origin, address } = c.var;
  const { pathname, search } = new URL(c.req.url);
  const headers = new Headers(c.req.raw.headers);
  headers.set(ADDRESS_HEADER, address);
  // Pages of other sites were refused before; here a proxy may have changed the name that a browser compares with.
  headers.set('origin', origin);
  if (body) headers.set('content-type', 'application/json');
  return new Request(new URL(pathname + search, origin), {
    method: c.req.method,
    headers,
    ...(body ? { body } : {}),
  });
}

/** Whether an answer signs a browser in. */
function hasLogin({ headers }: Response): boolean {
  return headers.getSetCookie().some((each) => /session_token=[^;]/.test(each));
}

function kept(answer: Response, isLeaving: boolean): Response {
  const out = new Response(answer.body, answer);
  out.headers.set('Cache-Control', 'no-store');
  if (isLeaving) out.headers.set('Clear-Site-Data', CLEAR);
  return out;
}

function emailIn(body: Uint8Array | undefined): string {
  try {
    const { email } = JSON.parse(new TextDecoder().decode(body)) as { email?: unknown };
    return typeof email === 'string' ? email.slice(0, 200) : '';
  } catch {
    throw new Refusal('bad_json', {});
  }
}
