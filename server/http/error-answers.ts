/**
 * How an error of a route, a wrong method and an unknown address are answered: in the reader's language, and in the form that
 * the asking client reads.
 */
import type { Context } from 'hono';
import type { ContentfulStatusCode } from 'hono/utils/http-status';
import type { Logger } from 'pino';
import { Refusal } from '../../studio/refusal.ts';
import { errorAnswer, localeOf } from './edge.ts';
import { openAiError } from './openai/error.ts';

/** Answers an error of a route. A programming error is logged, unless its client left meanwhile. */
export function answerError(log: Logger): (error: Error, c: Context) => Response {
  return (error, c) => {
    const { code } = errorAnswer(error);
    if (code === 'internal' && !c.req.raw.signal.aborted)
      log.error({ err: error, url: c.req.url }, 'a route failed');
    return refuse(c, error);
  };
}

/** Answers an address that is none of the API's. */
export function refuseRoute(c: Context): Response {
  return refuse(c, new Refusal('unknown_address', { path: c.req.path }));
}

/** Refuses a method that an address does not take; to OPTIONS, answers the methods that it takes. */
export function refuseMethod(c: Context, methods: string[]): Response {
  const allowed = methods.join(', ');
  c.header('Allow', allowed);
  if (c.req.method === 'OPTIONS') return c.body(null, 204);
  return refuse(c, new Refusal('method_not_allowed', { path: c.req.path, method: c.req.method, allowed }));
}

function refuse(c: Context, refusal: Error): Response {
  const { status, ...error } = errorAnswer(refusal, localeOf(c.req.raw.headers));
  // Otherwise a browser may keep this answer of a picture after its file is back.
  if (status === 410) c.header('Cache-Control', 'no-store');
  const retrySeconds =
    status === 503
      ? 1
      : error.params && 'retrySeconds' in error.params
        ? error.params.retrySeconds
        : undefined;
  if (retrySeconds !== undefined) c.header('Retry-After', String(retrySeconds));
  const body = c.req.path.startsWith('/v1/') ? openAiError({ status, ...error }) : { error };
  return c.json(body, status as ContentfulStatusCode);
}
