/** Signing in by an identity provider, with a real one of OpenID Connect on this machine: who is known by their proved address comes in. */
import { expect, test } from 'vitest';
import type { AccountView } from '../../studio/people/people.ts';
import { type Claims, clientOf, identityProvider } from './identity-provider.ts';
import { Studio } from './people.ts';
import { Someone } from './someone.ts';

const MEL: Claims = { sub: 'm-1', email: 'mel@example.com', email_verified: true, name: 'Mel' };

/** A browser after its way over the provider and back; undefined where it was not let in. */
async function comeIn(url: string): Promise<Someone | undefined> {
  const started = await fetch(`${url}/api/auth/sign-in/social`, {
    method: 'POST',
    headers: { 'Content-Type': 'application/json' },
    body: JSON.stringify({ provider: 'oidc', callbackURL: '/' }),
  });
  const { url: there } = (await started.json()) as { url: string };
  const back = (await fetch(there, { redirect: 'manual' })).headers.get('location')!;
  const cookies = (response: Response) => response.headers.getSetCookie().map((each) => each.split(';')[0]!);
  const answer = await fetch(back, { headers: { cookie: cookies(started).join('; ') }, redirect: 'manual' });
  const session = cookies(answer).find((each) => /session_token=./.test(each));
  return session ? new Someone(url, { cookie: session }) : undefined;
}

const who = async (someone: Someone) => (await someone.call<AccountView>('GET', '/api/account')).body.person;

test('somebody who was added comes in by a proved address, and nobody else unless new people are taken', async () => {
  const provider = await identityProvider(MEL);
  const studio = await Studio.open({}, { elsewhere: clientOf(provider, false) });
  const { url } = studio.client;
  expect(await comeIn(url)).toBeUndefined();
  await studio.person('mel', 'viewer');
  provider.next = { ...MEL, email_verified: false };
  expect(await comeIn(url)).toBeUndefined();
  provider.next = MEL;
  expect(await who((await comeIn(url))!)).toMatchObject({ email: 'mel@example.com', role: 'viewer' });

  const open = await Studio.open({}, { elsewhere: clientOf(provider, true) });
  provider.next = { sub: 'n-1', email: 'nan@example.com', email_verified: true, name: 'Nan' };
  expect(await who((await comeIn(open.client.url))!)).toMatchObject({ name: 'Nan', role: 'member' });
});
