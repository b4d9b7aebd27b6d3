/** Checks of every request to the API before its route: the address can be read, and no page of another site writes. */
import type { MiddlewareHandler } from 'hono';
import { Refusal } from '../../studio/refusal.ts';

/** Refuses an address whose percent signs encode nothing. Throws {@link Refusal} `bad_address`. */
export const refuseMalformedPaths: MiddlewareHandler = async (c, next) => {
  const { pathname } = new URL(c.req.url);
  try {
    decodeURIComponent(pathname);
  } catch {
    throw new Refusal('bad_address', { path: pathname });
  }
  await next();
};

/**
 * Refuses a write that a page of another site sends with the user's browser. A client without a browser sends
 * neither header and may write. `origins` are the public address and those of other pages that may. Throws {@link Refusal} `cross_site`.
 */
export function refuseOtherSites(origins: readonly string[]): MiddlewareHandler {
  return async (c, next) => {
    const reads = c.req.method === 'GET' || c.req.method === 'HEAD';
    if (!reads && !isSameSite(c.req.raw.headers, origins)) throw new Refusal('cross_site', {});
    await next();
  };
}

/** Whether the headers of a browser say that its own page asks, or one of `origins`. */
export function isSameSite(headers: Headers, origins: readonly string[]): boolean {
  if (origins.includes(headers.get('origin') ?? '')) return true;
  const fetchSite = headers.get('sec-fetch-site');
  if (fetchSite !== null && fetchSite !== 'same-origin' && fetchSite !== 'none') return false;
  const origin = headers.get('origin');
  return origin === null || (URL.canParse(origin) && new URL(origin).host === headers.get('host'));
}
