/** A studio with accounts on a real server: its first administrator, members with keys, and browsers that are signed in. */

import type { Network } from '../../server/network.ts';
import type { ServerOptions } from '../../server.ts';
import type { Right, Role } from '../../studio/people/people.ts';
import { type Client, serve } from './harness.ts';
import { Someone } from './someone.ts';

export const PASSWORD = 'correct horse battery';

export const WITH_ACCOUNTS: Network = {
  people: 'accounts',
  ...{ publicUrl: undefined, proxies: [], proxyUser: undefined, origins: [], elsewhere: undefined },
};

/** A server with accounts, and whoever is known there. */
export class Studio {
  readonly client: Client;
  /** The first administrator, in a browser. */
  readonly root: Someone;

  private constructor(client: Client, root: Someone) {
    this.client = client;
    this.root = root;
  }

  static async open(options: Partial<ServerOptions> = {}, network: Partial<Network> = {}): Promise<Studio> {
    const client = await (await serve({ ...options, network: { ...WITH_ACCOUNTS, ...network } })).ready();
    const token = tokenIn(client.runtime.accounts!.firstLink(client.url)!);
    const email = 'root@example.com';
    const made = await client.call('POST', '/api/account/first', {
      token,
      name: 'Root',
      email,
      password: PASSWORD,
    });
    if (made.status !== 204) throw new Error(JSON.stringify(made.body));
    return new Studio(client, await signedIn(client.url, email));
  }

  /** Adds somebody, who sets their password by the link; in a browser. */
  async person(name: string, role: Role = 'member'): Promise<Someone> {
    const email = `${name}@example.com`;
    const { body } = await this.root.call<{ link: string }>('POST', '/api/admin/people', {
      name,
      email,
      role,
    });
    await this.client.call('POST', '/api/account/password', {
      token: tokenIn(body.link),
      password: PASSWORD,
    });
    return signedIn(this.client.url, email);
  }
}

export const tokenIn = (link: string): string => link.split('#')[1]!;

/** A browser after somebody signed in. */
export async function signedIn(url: string, email: string, password = PASSWORD): Promise<Someone> {
  const response = await fetch(`${url}/api/auth/sign-in/email`, {
    method: 'POST',
    headers: { 'Content-Type': 'application/json' },
    body: JSON.stringify({ email, password }),
  });
  const cookie = response.headers.getSetCookie().map((each) => each.split(';')[0]);
  if (!response.ok) throw new Error(await response.text());
  return new Someone(url, { cookie: cookie.join('; ') });
}

/** A program of somebody, with a key. */
export async function withKey(someone: Someone, scopes: Right[] = ['read', 'draw']): Promise<Someone> {
  const { body } = await someone.call<{ key: string }>('POST', '/api/account/keys', {
    name: 'a test',
    scopes,
  });
  return new Someone(someone.url, { Authorization: `Bearer ${body.key}` });
}
