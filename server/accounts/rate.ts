/** How often anybody may ask in a minute, by who they are and by their address. Counts in memory; a restart forgives all. */
import { isIPv6 } from 'node:net';
import { RateLimiterMemory, RateLimiterRes } from 'rate-limiter-flexible';
import { Refusal } from '../../studio/refusal.ts';

const MINUTE_S = 60;
/** Of one address, whoever asks from there: a whole office may be behind it. */
const ADDRESS_A_MINUTE = 6_000;
/** Requests of nobody who is known. */
const STRANGER_A_MINUTE = 120;
/** Attempts to sign in, from one address and for one name. */
const ATTEMPTS_A_MINUTE = 10;
const ATTEMPTS_FOR_NAME = 20;
const NAME_WINDOW_S = 15 * MINUTE_S;

export class Rates {
  readonly #addresses = aMinute(ADDRESS_A_MINUTE);
  readonly #strangers = aMinute(STRANGER_A_MINUTE);
  readonly #attempts = aMinute(ATTEMPTS_A_MINUTE);
  readonly #names = new RateLimiterMemory({ points: ATTEMPTS_FOR_NAME, duration: NAME_WINDOW_S });
  /** Those of people, by how many they may send. */
  readonly #people = new Map<number, RateLimiterMemory>();

  /** Counts a request of an address. Throws {@link Refusal} `too_many_requests`. */
  address(address: string): Promise<void> {
    return count(this.#addresses, networkOf(address));
  }

  /** Counts a request of an address that is nobody's who is known. Throws {@link Refusal} `too_many_requests`. */
  stranger(address: string): Promise<void> {
    return count(this.#strangers, networkOf(address));
  }

  /** Counts a request of a person or a key that may send so many a minute. Throws {@link Refusal} `too_many_requests`. */
  caller(name: string, most: number): Promise<void> {
    const known = this.#people.get(most) ?? aMinute(most);
    this.#people.set(most, known);
    return count(known, name);
  }

  /** Counts an attempt to sign in. Throws {@link Refusal} `too_many_requests`. */
  async attempt(address: string, name: string): Promise<void> {
    await count(this.#attempts, networkOf(address));
    await count(this.#names, name.toLowerCase().slice(0, 200));
  }

  /** Takes an attempt back that succeeded: only those that fail are counted. */
  async succeeded(address: string, name: string): Promise<void> {
    await this.#attempts.reward(networkOf(address));
    await this.#names.reward(name.toLowerCase().slice(0, 200));
  }
}

const aMinute = (points: number): RateLimiterMemory => new RateLimiterMemory({ points, duration: MINUTE_S });

async function count(limiter: RateLimiterMemory, name: string): Promise<void> {
  try {
    await limiter.consume(name);
  } catch (error) {
    if (!(error instanceof RateLimiterRes)) throw error;
    throw new Refusal('too_many_requests', {
      retrySeconds: Math.max(1, Math.ceil(error.msBeforeNext / 1000)),
    });
  }
}

/** An address, or of IPv6 the network that one customer has: the first 64 bits. */
function networkOf(address: string): string {
  if (!isIPv6(address)) return address;
  const [left = '', right] = address.split('::');
  const before = left.split(':').filter(Boolean);
  const after = right === undefined ? [] : right.split(':').filter(Boolean);
  const zeros = Array(Math.max(0, 8 - before.length - after.length)).fill('0');
  return [...before, ...zeros, ...after].slice(0, 4).join(':');
}
