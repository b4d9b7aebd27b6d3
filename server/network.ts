/** Who can reach the server and how: its public address, its proxies, and whether people need accounts. Read from the environment. */
import { BlockList, isIP } from 'node:net';
import type { Elsewhere } from './accounts/auth.ts';
import { EnvironmentError } from './environment-error.ts';

export interface Network {
  /**
   * `alone`: whoever reaches this machine's own address is the one owner. `accounts`: people sign in. `open`: as `alone`, and others
   * can reach it.
   */
  people: 'alone' | 'accounts' | 'open';
  /** Where people find the server, without a path; undefined: wherever they ask. */
  publicUrl: string | undefined;
  /** Addresses and networks of proxies whose headers are believed. */
  proxies: string[];
  /** Header in which a trusted proxy names whom it let in, by e-mail address. */
  proxyUser: string | undefined;
  /** Origins of other pages that may use the API. */
  origins: string[];
  /** An account elsewhere by which people sign in. */
  elsewhere: Elsewhere | undefined;
}

/** Whether a name or address is this machine's own, and nobody else's. */
export function isLoopback(host: string): boolean {
  const name = host.replace(/^\[|\]$/g, '');
  return name === 'localhost' || name === '::1' || (isIP(name) === 4 && name.startsWith('127.'));
}

/** Whether people need accounts on an address: on any that others can reach. */
export function needsAccounts(host: string, publicUrl: string | undefined): boolean {
  return !isLoopback(host) || (publicUrl !== undefined && !isLoopback(new URL(publicUrl).hostname));
}

/** Reads what the environment says of the network. Throws {@link EnvironmentError}. */
export function networkOf(env: NodeJS.ProcessEnv, host: string): Network {
  const publicUrl = originIn('PALIMPSEST_PUBLIC_URL', env.PALIMPSEST_PUBLIC_URL);
  const isOpen = flag('PALIMPSEST_OPEN', env.PALIMPSEST_OPEN);
  const isAsked = flag('PALIMPSEST_ACCOUNTS', env.PALIMPSEST_ACCOUNTS);
  const needs = needsAccounts(host, publicUrl);
  const proxies = listOf(env.PALIMPSEST_PROXIES).map((each) => networkIn('PALIMPSEST_PROXIES', each));
  const proxyUser = env.PALIMPSEST_PROXY_USER || undefined;
  if (proxyUser && proxies.length === 0)
    throw new EnvironmentError(
      'PALIMPSEST_PROXY_USER',
      proxyUser,
      'it counts for requests of a proxy that is named in PALIMPSEST_PROXIES, and that is empty: anybody could send this header',
    );
  return {
    people: isAsked || (needs && !isOpen) ? 'accounts' : needs ? 'open' : 'alone',
    ...{ publicUrl, proxies, proxyUser },
    origins: listOf(env.PALIMPSEST_ORIGINS).map((each) => originIn('PALIMPSEST_ORIGINS', each)!),
    elsewhere: elsewhereOf(env),
  };
}

function flag(name: string, value = ''): boolean {
  if (!['', '0', '1'].includes(value)) throw new EnvironmentError(name, value, 'allowed is 1, or nothing');
  return value === '1';
}

const listOf = (value = ''): string[] =>
  value
    .split(',')
    .map((each) => each.trim())
    .filter(Boolean);

function originIn(name: string, value: string | undefined): string | undefined {
  if (!value) return undefined;
  const url = URL.canParse(value) ? new URL(value) : undefined;
  const isOrigin =
    url && /^https?:$/.test(url.protocol) && url.pathname === '/' && !url.search && !url.username;
  if (!isOrigin)
    throw new EnvironmentError(
      name,
      value,
      'allowed is http or https with a name and no path, such as https://studio.example.com',
    );
  return url.origin;
}

function networkIn(name: string, value: string): string {
  const [address = '', bits] = value.split('/');
  const kind = isIP(address) === 6 ? 'ipv6' : 'ipv4';
  try {
    if (bits === undefined) new BlockList().addAddress(address, kind);
    else new BlockList().addSubnet(address, Number(bits), kind);
    return value;
  } catch {
    throw new EnvironmentError(
      name,
      value,
      'allowed are addresses and networks with commas between them, such as 127.0.0.1,10.0.0.0/8',
    );
  }
}

function elsewhereOf(env: NodeJS.ProcessEnv): Elsewhere | undefined {
  const issuer = env.PALIMPSEST_OIDC_ISSUER;
  if (!issuer) return undefined;
  const [clientId, clientSecret] = [env.PALIMPSEST_OIDC_ID, env.PALIMPSEST_OIDC_SECRET];
  if (!/^https?:\/\//.test(issuer) || !clientId || !clientSecret)
    throw new EnvironmentError(
      'PALIMPSEST_OIDC_ISSUER',
      issuer,
      'allowed is the address of an issuer, together with PALIMPSEST_OIDC_ID and PALIMPSEST_OIDC_SECRET',
    );
  return { issuer, clientId, clientSecret, takesNew: flag('PALIMPSEST_OIDC_NEW', env.PALIMPSEST_OIDC_NEW) };
}
