/**
 * Addresses of pictures that a server names: only of hosts that are allowed, and never inside of a private network, however the
 * address is written. Knows no request.
 * Source: IANA's registries of special-purpose addresses, IPv4 and IPv6.
 */
import { lookup as lookupName } from 'node:dns/promises';
import { BlockList, isIP } from 'node:net';

/** The addresses that a name stands for. */
export type Lookup = (name: string) => Promise<{ address: string; family: number }[]>;

const PRIVATE_IPV4 = [
  ...['0.0.0.0/8', '10.0.0.0/8', '100.64.0.0/10', '127.0.0.0/8', '169.254.0.0/16', '172.16.0.0/12'],
  ...['192.0.0.0/24', '192.0.2.0/24', '192.88.99.0/24', '192.168.0.0/16', '198.18.0.0/15', '198.51.100.0/24'],
  ...['203.0.113.0/24', '224.0.0.0/3'],
];
/** All but global unicast, and of that what holds an IPv4 address or is no host: 6to4, Teredo, documentation. */
const PUBLIC_IPV6 = '2000::/3';
const PRIVATE_IPV6 = ['2001::/23', '2001:db8::/32', '2002::/16', '3fff::/20'];

const listOf = (family: 'ipv4' | 'ipv6', ranges: readonly string[]): BlockList => {
  const list = new BlockList();
  for (const range of ranges) {
    const [network, bits] = range.split('/') as [string, string];
    list.addSubnet(network, Number(bits), family);
  }
  return list;
};
const privateIpv4 = listOf('ipv4', PRIVATE_IPV4);
const publicIpv6 = listOf('ipv6', [PUBLIC_IPV6]);
const privateIpv6 = listOf('ipv6', PRIVATE_IPV6);

/** Whether an IP address is one of the public internet. What is no IP address is none. */
export function isPublic(address: string): boolean {
  const family = isIP(address);
  if (family === 4) return !privateIpv4.check(address, 'ipv4');
  return family === 6 && publicIpv6.check(address, 'ipv6') && !privateIpv6.check(address, 'ipv6');
}

/** Whether a host is one of those allowed; `*.host` allows every name below that host. An IP address never is. */
export function isAllowed(host: string, allowed: readonly string[]): boolean {
  const name = host.toLowerCase().replace(/\.$/, '');
  if (isIP(name) || name.startsWith('[')) return false;
  return allowed.some((each) => (each.startsWith('*.') ? name.endsWith(each.slice(1)) : name === each));
}

const lookupAll: Lookup = (name) => lookupName(name, { all: true });

/** One public address of a name; undefined where it has none, or any that is private. Throws what the look-up throws. */
export async function publicAddressOf(
  name: string,
  lookup: Lookup = lookupAll,
): Promise<{ address: string; family: number } | undefined> {
  const found = await lookup(name);
  return found.every(({ address }) => isPublic(address)) ? found[0] : undefined;
}
