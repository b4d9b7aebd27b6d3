/**
 * Where a request comes from, and the address at which its sender found this server. What a proxy says of it counts only where that
 * proxy is one that the operator named.
 */
import type { IncomingMessage } from 'node:http';
import { BlockList, isIP } from 'node:net';

export interface ProxyOptions {
  /** Addresses and networks (`10.0.0.0/8`) of proxies whose headers are believed. */
  proxies: readonly string[];
  /** Where people find this server, such as `https://studio.example.com`; undefined: wherever they ask. */
  publicUrl?: string | undefined;
}

export class Proxies {
  readonly publicUrl: string | undefined;
  readonly #trusted = new BlockList();

  /** Throws RangeError for a proxy that is no address. */
  constructor({ proxies, publicUrl }: ProxyOptions) {
    this.publicUrl = publicUrl;
    for (const each of proxies) {
      const [address, bits] = each.split('/');
      const family = isIP(address!);
      if (family === 0 || (bits !== undefined && !/^\d{1,3}$/.test(bits)))
        throw new RangeError(`Expected an address or a network, got ${JSON.stringify(each)}`);
      const kind = family === 6 ? 'ipv6' : 'ipv4';
      if (bits === undefined) this.#trusted.addAddress(address!, kind);
      else this.#trusted.addSubnet(address!, Number(bits), kind);
    }
  }

  /** Whether a request comes straight from a proxy that is believed. */
  isTrusted(request: IncomingMessage | undefined): boolean {
    return this.#isProxy(plain(request?.socket.remoteAddress));
  }

  /** The address of whoever asks: the last one in `X-Forwarded-For` that no trusted proxy has. */
  addressOf(request: IncomingMessage | undefined): string {
    const own = plain(request?.socket.remoteAddress);
    if (!this.#isProxy(own)) return own;
    const named = String(request?.headers['x-forwarded-for'] ?? '')
      .split(',')
      .map((each) => plain(each.trim()))
      .filter((each) => isIP(each) !== 0);
    return named.findLast((each) => !this.#isProxy(each)) ?? named[0] ?? own;
  }

  /** Where whoever asks found this server: the public address, else what they or their proxy asked for. */
  originOf(request: IncomingMessage | undefined): string {
    if (this.publicUrl) return this.publicUrl;
    const isProxied = this.isTrusted(request);
    const header = (name: string) =>
      isProxied
        ? String(request?.headers[name] ?? '')
            .split(',')
            .at(-1)!
            .trim()
        : '';
    const scheme = header('x-forwarded-proto') === 'https' ? 'https' : 'http';
    return `${scheme}://${header('x-forwarded-host') || request?.headers.host || 'localhost'}`;
  }

  #isProxy(address: string): boolean {
    const family = isIP(address);
    return family !== 0 && this.#trusted.check(address, family === 6 ? 'ipv6' : 'ipv4');
  }
}

/** An address without the form in which IPv6 sockets write those of IPv4. */
const plain = (address = ''): string => address.replace(/^::ffff:(?=\d+\.)/i, '');
