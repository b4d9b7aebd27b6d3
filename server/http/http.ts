/**
 * The edge of every route: who may write, how a body is read, how an error becomes an answer.
 * Knows no table and no model.
 */
import type { z } from 'zod';
import type { ErrorBody } from '../../studio/protocol.ts';
import { Refusal } from '../../studio/refusal.ts';
import { runtime } from '../runtime.ts';
import { type ErrorAnswer, errorAnswer, localeOf } from './edge.ts';

export type Params = Record<string, string>;
export type Handler = (request: Request, params: Params) => Response | Promise<Response>;
/** A handler as Next calls it. */
export type NextHandler = (request: Request, context: { params: Promise<Params> }) => Promise<Response>;

/** Turns a handler into a route: refuses writes from other sites, answers errors as {@link ErrorBody}. */
export function route(handler: Handler): NextHandler {
  return routeWith(handler, ({ status: _, ...error }): ErrorBody => ({ error }));
}

/** As {@link route}, with errors as `bodyOf` writes them. */
export function routeWith(handler: Handler, bodyOf: (answer: ErrorAnswer) => object): NextHandler {
  return async (request, context) => {
    try {
      refuseOtherSites(request);
      return await handler(request, await context.params);
    } catch (error) {
      const answer = errorAnswer(error, localeOf(request.headers));
      if (answer.code === 'internal') runtime().log.error({ err: error, url: request.url }, 'a route failed');
      const headers = answer.status === 503 ? { 'Retry-After': '1' } : undefined;
      return Response.json(bodyOf(answer), { status: answer.status, headers });
    }
  };
}

/**
 * Refuses a write that a page of another site sends with the user's browser. A client without a browser sends
 * neither header and may write. Throws {@link Refusal} `cross_site`.
 */
export function refuseOtherSites(request: { method?: string; headers: Headers }): void {
  if (request.method === 'GET' || request.method === 'HEAD') return;
  if (!isSameSite(request.headers)) throw new Refusal('cross_site', {});
}

/** Whether the headers of a browser say that its own page asks. */
export function isSameSite(headers: Headers): boolean {
  const fetchSite = headers.get('sec-fetch-site');
  if (fetchSite !== null && fetchSite !== 'same-origin' && fetchSite !== 'none') return false;
  const origin = headers.get('origin');
  return origin === null || (URL.canParse(origin) && new URL(origin).host === headers.get('host'));
}

/** Where the client found this server. */
export function originOf(request: Request): string {
  const { protocol, host } = new URL(request.url);
  return `${protocol}//${request.headers.get('host') ?? host}`;
}

/** The query of an address in the form of `schema`. Throws {@link Refusal} `bad_request` with the parameter's name. */
export function readQuery<Schema extends z.ZodType>(request: Request, schema: Schema): z.output<Schema> {
  return parseAs(schema, Object.fromEntries(new URL(request.url).searchParams));
}

/** The JSON body in the form of `schema`; no body counts as `{}`. Throws {@link Refusal} `bad_json`, `bad_request` with the field's name, `too_large`. */
export async function readJson<Schema extends z.ZodType>(
  request: Request,
  schema: Schema,
  limitBytes = MAX_JSON_BYTES,
): Promise<z.output<Schema>> {
  const text = new TextDecoder().decode(await readBytes(request, limitBytes));
  let body: unknown;
  try {
    body = text.trim() === '' ? {} : JSON.parse(text);
  } catch {
    throw new Refusal('bad_json', {});
  }
  return parseAs(schema, body);
}

/** A value in the form of `schema`. Throws {@link Refusal} `bad_request` with the name of what is wrong in it. */
export function parseAs<Schema extends z.ZodType>(schema: Schema, value: unknown): z.output<Schema> {
  const parsed = schema.safeParse(value);
  if (parsed.success) return parsed.data;
  const issue = parsed.error.issues[0];
  const unknownKey = issue?.code === 'unrecognized_keys' ? issue.keys[0] : undefined;
  const path = [...(issue?.path ?? []), ...(unknownKey === undefined ? [] : [unknownKey])].join('.');
  throw new Refusal(
    'bad_request.form',
    { path: path || 'body', problem: issue?.message ?? 'not understood' },
    { field: path || undefined },
  );
}

// Above the largest prompt with the inputs and options around it, so that a long prompt is refused by name.
const MAX_JSON_BYTES = 1_000_000;

/** The header that makes a browser save an answer under a name; half a character in it is replaced. */
export function attachment(name: string): string {
  const ascii = name.replaceAll(/[^\w .()-]/g, '_');
  return `attachment; filename="${ascii}"; filename*=UTF-8''${encodeURIComponent(name.toWellFormed())}`;
}

/** A body as a form; `content` says what it should hold. Throws {@link Refusal} `bad_form` naming `field`. */
export async function formOf(
  body: Uint8Array<ArrayBuffer>,
  contentType: string,
  content: 'file' | 'fields',
  field?: string,
): Promise<FormData> {
  try {
    return await new Response(body, { headers: { 'content-type': contentType } }).formData();
  } catch {
    throw new Refusal('bad_form.unreadable', { content }, { field });
  }
}

// The DOM's types do not know that a stream can be iterated; Node's do.
/** The body's bytes as they come. */
export function streamOf(request: Request): AsyncIterable<Uint8Array> | Iterable<Uint8Array> {
  return (request.body as unknown as AsyncIterable<Uint8Array> | null) ?? [];
}

/** The body's bytes. Throws {@link Refusal} `too_large` as soon as there are more than `limitBytes`. */
export async function readBytes(request: Request, limitBytes: number): Promise<Uint8Array<ArrayBuffer>> {
  const tooLarge = () => new Refusal('too_large', { limitMegabytes: limitBytes / 1_000_000 });
  if (Number(request.headers.get('content-length') ?? 0) > limitBytes) throw tooLarge();
  const chunks: Uint8Array[] = [];
  let sizeBytes = 0;
  for await (const chunk of streamOf(request)) {
    sizeBytes += chunk.byteLength;
    if (sizeBytes > limitBytes) throw tooLarge();
    chunks.push(chunk);
  }
  const bytes = new Uint8Array(sizeBytes);
  let offset = 0;
  for (const chunk of chunks) {
    bytes.set(chunk, offset);
    offset += chunk.byteLength;
  }
  return bytes;
}
