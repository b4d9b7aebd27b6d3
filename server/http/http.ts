/**
 * The edge of every route: who may write, how a body is read, how an error becomes an answer.
 * Knows no table and no model.
 */
import type { z } from 'zod';
import { FAULT_MESSAGES, storageFaultOf } from '../../db/storage-fault.ts';
import type { ErrorBody } from '../../studio/protocol.ts';
import { runtime } from '../runtime.ts';

/** A refusal with its HTTP status; `field` names the part of the request to change, `suggestions` what could stand there. */
export class HttpError extends Error {
  readonly status: number;
  readonly code: string;
  readonly field: string | undefined;
  readonly suggestions: string[] | undefined;

  constructor(status: number, code: string, message: string, field?: string, suggestions?: string[]) {
    super(message);
    this.name = 'HttpError';
    this.status = status;
    this.code = code;
    this.field = field;
    this.suggestions = suggestions;
  }
}

export type Params = Record<string, string>;
export type Handler = (request: Request, params: Params) => Response | Promise<Response>;
/** A handler as Next calls it. */
export type NextHandler = (request: Request, context: { params: Promise<Params> }) => Promise<Response>;

const FAULT_STATUS = { disk_full: 507, read_only: 503, database_busy: 503 } as const;

/** Turns a handler into a route: refuses writes from other sites, answers errors as {@link ErrorBody}. */
export function route(handler: Handler): NextHandler {
  return routeWith(
    handler,
    ({ code, message, field, suggestions }): ErrorBody => ({
      error: { code, message, field, suggestions },
    }),
  );
}

/** As {@link route}, with errors as `bodyOf` writes them. */
export function routeWith(handler: Handler, bodyOf: (refusal: HttpError) => object): NextHandler {
  return async (request, context) => {
    try {
      refuseOtherSites(request);
      return await handler(request, await context.params);
    } catch (error) {
      const refusal = refusalOf(error);
      if (refusal.code === 'internal')
        runtime().log.error({ err: error, url: request.url }, 'a route failed');
      const headers = refusal.status === 503 ? { 'Retry-After': '1' } : undefined;
      return Response.json(bodyOf(refusal), { status: refusal.status, headers });
    }
  };
}

/** What the one who asked is told of an error. */
export function refusalOf(error: unknown): HttpError {
  if (error instanceof HttpError) return error;
  const fault = storageFaultOf(error);
  if (fault) return new HttpError(FAULT_STATUS[fault], fault, FAULT_MESSAGES[fault]);
  return new HttpError(500, 'internal', 'The server failed at this. Its log says why.');
}

/**
 * Refuses a write that a page of another site sends with the user's browser. A client without a browser sends
 * neither header and may write. Throws {@link HttpError} 403.
 */
export function refuseOtherSites(request: { method?: string; headers: Headers }): void {
  if (request.method === 'GET' || request.method === 'HEAD') return;
  if (!isSameSite(request.headers))
    throw new HttpError(
      403,
      'cross_site',
      'Writes from another site are refused. Open Palimpsest itself and try again.',
    );
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

/** The query of an address in the form of `schema`. Throws {@link HttpError} 400 with the parameter's name. */
export function readQuery<Schema extends z.ZodType>(request: Request, schema: Schema): z.output<Schema> {
  return parseAs(schema, Object.fromEntries(new URL(request.url).searchParams));
}

/** The JSON body in the form of `schema`; no body counts as `{}`. Throws {@link HttpError} 400 with the field's name, 413. */
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
    throw new HttpError(400, 'bad_json', 'The body is not valid JSON.');
  }
  return parseAs(schema, body);
}

/** A value in the form of `schema`. Throws {@link HttpError} 400 with the name of what is wrong in it. */
export function parseAs<Schema extends z.ZodType>(schema: Schema, value: unknown): z.output<Schema> {
  const parsed = schema.safeParse(value);
  if (parsed.success) return parsed.data;
  const issue = parsed.error.issues[0];
  const unknownKey = issue?.code === 'unrecognized_keys' ? issue.keys[0] : undefined;
  const path = [...(issue?.path ?? []), ...(unknownKey === undefined ? [] : [unknownKey])].join('.');
  throw new HttpError(
    400,
    'bad_request',
    `${path || 'body'}: ${issue?.message ?? 'not understood'}`,
    path || undefined,
  );
}

// Above the largest prompt with the inputs and options around it, so that a long prompt is refused by name.
const MAX_JSON_BYTES = 1_000_000;

/** The header that makes a browser save an answer under a name; half a character in it is replaced. */
export function attachment(name: string): string {
  const ascii = name.replaceAll(/[^\w .()-]/g, '_');
  return `attachment; filename="${ascii}"; filename*=UTF-8''${encodeURIComponent(name.toWellFormed())}`;
}

/** A body as a form; `what` says what to send. Throws {@link HttpError} 400 naming `field`. */
export async function formOf(
  body: Uint8Array<ArrayBuffer>,
  contentType: string,
  what: string,
  field?: string,
): Promise<FormData> {
  try {
    return await new Response(body, { headers: { 'content-type': contentType } }).formData();
  } catch {
    throw new HttpError(
      400,
      'bad_form',
      `The form could not be read. Send ${what} as multipart/form-data.`,
      field,
    );
  }
}

// The DOM's types do not know that a stream can be iterated; Node's do.
/** The body's bytes as they come. */
export function streamOf(request: Request): AsyncIterable<Uint8Array> | Iterable<Uint8Array> {
  return (request.body as unknown as AsyncIterable<Uint8Array> | null) ?? [];
}

/** The body's bytes. Throws {@link HttpError} 413 as soon as there are more than `limitBytes`. */
export async function readBytes(request: Request, limitBytes: number): Promise<Uint8Array<ArrayBuffer>> {
  const tooLarge = () =>
    new HttpError(
      413,
      'too_large',
      `The body is larger than ${limitBytes / 1_000_000} MB, the most that is taken.`,
    );
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
