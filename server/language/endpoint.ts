/**
 * `fetch` to the address of a language model and to no other: it follows no redirect, takes no other host, checks certificates
 * whatever the environment says, uses no proxy of the environment, and ends an answer that is too large.
 */
import { type IncomingMessage, request as requestHttp } from 'node:http';
import { request as requestHttps } from 'node:https';
import { Readable } from 'node:stream';

/** What a language model is asked by. */
export type Fetch = typeof fetch;

/** Far more than the words and calls of one message take. */
const MAX_ANSWER_BYTES = 8 * 1024 * 1024;
/** A body is for answers that have one. */
const WITHOUT_BODY = [204, 205, 304];

/** The server sends us elsewhere, or its answer is larger than any answer is. */
export class EndpointError extends Error {
  constructor(message: string) {
    super(message);
    this.name = 'EndpointError';
  }
}

/** A `fetch` that goes below one address alone. What it throws is what the socket throws, or {@link EndpointError}. */
export function fetchOf(address: string): Fetch {
  const own = new URL(address);
  return async (input, init) => {
    const url = new URL(input instanceof Request ? input.url : input);
    if (url.origin !== own.origin) throw new EndpointError(`It is not asked for on ${url.host}.`);
    const response = await answerOf(url, init);
    const { statusCode: status = 0 } = response;
    if (status >= 300 && status < 400) {
      response.destroy();
      throw new EndpointError(`It sends us to another address (${status}), where we do not go.`);
    }
    const headers = Object.entries(response.headers).flatMap(([name, value]): [string, string][] =>
      value === undefined ? [] : [[name, Array.isArray(value) ? value.join(', ') : value]],
    );
    const body = WITHOUT_BODY.includes(status) ? null : Readable.toWeb(bounded(response));
    return new Response(body as ReadableStream | null, { status, headers });
  };
}

function answerOf(url: URL, init: RequestInit | undefined): Promise<IncomingMessage> {
  const { method = 'GET', body, headers, signal } = init ?? {};
  const ask = url.protocol === 'https:' ? requestHttps : requestHttp;
  const { promise, resolve, reject } = Promise.withResolvers<IncomingMessage>();
  const request = ask(
    url,
    {
      ...{ method, headers: Object.fromEntries(new Headers(headers)), rejectUnauthorized: true },
      ...(signal && { signal }),
    },
    resolve,
  );
  request.on('error', reject);
  request.end(body === undefined || body === null ? undefined : String(body));
  return promise;
}

/** The answer's bytes up to a bound; one that goes on is an error. */
function bounded(response: IncomingMessage): Readable {
  return Readable.from(
    (async function* () {
      let sizeBytes = 0;
      for await (const chunk of response as AsyncIterable<Buffer>) {
        sizeBytes += chunk.byteLength;
        if (sizeBytes > MAX_ANSWER_BYTES) throw new EndpointError('Its answer is larger than 8 MiB.');
        yield chunk;
      }
    })(),
    { objectMode: false },
  );
}
