/**
 * Names under which this server may be asked. A page elsewhere can make its own name point here (DNS rebinding), and its
 * requests then look like those of our pages, but for the name in their `Host` header. A name that nobody can register in the
 * public DNS cannot be such a page's: it counts as this server's own.
 */
import { isIP } from 'node:net';

/** Endings that are kept out of the public DNS. Source: RFC 6761, RFC 6762, RFC 8375, and ICANN's resolution on .internal. */
const OURS = ['.localhost', '.local', '.internal', '.home.arpa'];

/** Whether a `Host` header names this server: an address, a name of a local network, or one of `named`. */
export function isOwnHost(header: string | undefined, named: readonly string[]): boolean {
  // Clients of HTTP/1.0 send none; browsers always do.
  if (header === undefined) return true;
  if (!URL.canParse(`http://${header}`)) return false;
  const { hostname } = new URL(`http://${header}`);
  const isAddress = hostname.startsWith('[') || isIP(hostname) !== 0;
  const isLocal = !hostname.includes('.') || OURS.some((ending) => hostname.endsWith(ending));
  return isAddress || isLocal || named.includes(hostname);
}
