/**
 * Reading requests, for all routes: query, body and form in the form of a schema, and the refusal of those that are not. Knows no
 * table and no model.
 */
import type { z } from 'zod';
import { Refusal } from '../../studio/refusal.ts';

/** The query of an address in the form of `schema`. Throws {@link Refusal} `bad_request` with the parameter's name. */
export function readQuery<Schema extends z.ZodType>(request: Request, schema: Schema): z.output<Schema> {
  return parseAs(schema, Object.fromEntries(new URL(request.url).searchParams));
}

/**
 * The JSON body in the form of `schema`; no body counts as `{}`. Throws {@link Refusal} `bad_json`, `bad_request` with the
 * field's name, `too_large`.
 */
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
  return disposition('attachment', name);
}

/** The header by which a browser shows an answer, and saves it under a name where it is asked to. */
export function shownAs(name: string): string {
  return disposition('inline', name);
}

function disposition(kind: 'attachment' | 'inline', name: string): string {
  const ascii = name.replaceAll(/[^\w .()-]/g, '_');
  return `${kind}; filename="${ascii}"; filename*=UTF-8''${encodeURIComponent(name.toWellFormed())}`;
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

/** The most of a refused body that is read to its end. */
const DRAINED_BYTES = 100_000_000;

/**
 * The body's bytes as they come. Whoever stops before the end leaves the rest to be read and thrown away here: a browser takes no
 * answer before it has sent everything, and the connection is used again. A body that goes on for too long is cut.
 */
export async function* streamOf(request: Request): AsyncGenerator<Uint8Array> {
  const reader = request.body?.getReader();
  if (!reader) return;
  try {
    for (;;) {
      const { done, value } = await reader.read();
      if (done) return;
      yield value;
    }
  } finally {
    await drain(reader);
  }
}

async function drain(reader: ReadableStreamDefaultReader<Uint8Array>): Promise<void> {
  let left = DRAINED_BYTES;
  while (left > 0) {
    const { done, value } = await reader.read();
    if (done) return;
    left -= value.byteLength;
  }
  await reader.cancel();
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
