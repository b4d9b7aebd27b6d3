/** Pages for whoever is not signed in: those that let people in, and what these are made of. */
import type { IncomingMessage, ServerResponse } from 'node:http';
import type { Shared } from '../../runtime.ts';

const SIGN_IN = '/sign-in';
const FOR_ALL = /^\/(sign-in|welcome|_next|icons?|favicon|manifest|sw\.js)(?=[/.?-]|$)/;

/** Sends whoever is not signed in to the page for that, and a signed-in one on; false: the page may be shown. */
export async function answerStranger(
  { access }: Pick<Shared, 'access'>,
  request: IncomingMessage,
  response: ServerResponse,
): Promise<boolean> {
  const target = request.url ?? '/';
  if (!access.hasAccounts || FOR_ALL.test(target)) return false;
  if (await access.callerOf(request)) return false;
  const next = target === '/' ? '' : `?next=${encodeURIComponent(target)}`;
  response.writeHead(303, { Location: SIGN_IN + next, 'Cache-Control': 'no-store' }).end();
  return true;
}
