/**
 * Hostile requests to every route of the OpenAPI document, from a seed: each begins as a good one (its schema says how) and is
 * changed in some way. Files are real pictures and bundles with damage.
 */
import sharp from 'sharp';
import { FILES, HEADERS, METHODS, spoilt, TEXTS, VALUES } from './hostile.ts';
import type { Random } from './random.ts';
import { type Body, QUICK, type Target } from './target.ts';

interface Schema {
  type?: string | string[];
  enum?: unknown[];
  const?: unknown;
  anyOf?: Schema[];
  oneOf?: Schema[];
  allOf?: Schema[];
  properties?: Record<string, Schema>;
  items?: Schema;
  $ref?: string;
}

interface Operation {
  method: string;
  path: string;
  parameters: { name: string; in: string; schema?: Schema }[];
  content: Record<string, { schema: Schema }>;
}

/** Names of things that are there. */
interface Known {
  ids: string[];
  files: Buffer<ArrayBuffer>[];
  bundle: Buffer<ArrayBuffer>;
}

/** Requests after which everything that they made is deleted, so that the attack stays an attack on requests. */
const ROUND = 400;
const AT_ONCE = 8;

/** Sends so many hostile requests. */
export async function attackRoutes(target: Target, random: Random, count: number): Promise<void> {
  const document = JSON.parse((await target.get('/api/openapi.json')).text) as Record<string, never>;
  const operations = operationsOf(document);
  // What is asked for waits: an attack on requests is none on the engine.
  for (let sent = 0; sent < count; sent += ROUND) {
    await target.json('POST', '/api/queue', { paused: true });
    const known = await makeKnown(target);
    const round = Array.from({ length: Math.min(ROUND, count - sent) }, () =>
      hostile(random, random.pick(operations), known),
    );
    const left = round.values();
    const worker = async () => {
      for (const send of left) await send(target);
    };
    await Promise.all(Array.from({ length: AT_ONCE }, worker));
    await deleteAll(target);
  }
}

export function operationsOf(document: { paths?: Record<string, Record<string, never>> }): Operation[] {
  return Object.entries(document.paths ?? {}).flatMap(([path, methods]) =>
    Object.entries(methods).map(([method, operation]) => {
      const { parameters = [], requestBody } = operation as {
        parameters?: Operation['parameters'];
        requestBody?: { content: Operation['content'] };
      };
      return { method: method.toUpperCase(), path, parameters, content: requestBody?.content ?? {} };
    }),
  );
}

async function makeKnown(target: Target): Promise<Known> {
  const { body } = await target.json<{ session: { id: string } }>('POST', '/api/sessions', {});
  const { id } = body.session;
  const raw = { create: { width: 64, height: 64, channels: 3, background: '#a63' } } as const;
  const files = await Promise.all(
    (['png', 'jpeg', 'webp', 'gif', 'tiff', 'avif'] as const).map((format) =>
      sharp(raw).toFormat(format).toBuffer(),
    ),
  );
  const upload = await target.json<{ turn: { id: string; pictures: { id: string; hash: string }[] } }>(
    'POST',
    `/api/sessions/${id}/uploads`,
    files[0] as Buffer<ArrayBuffer>,
  );
  const turn = await target.json<{ turn: { id: string }; job: { id: string } }>(
    'POST',
    `/api/sessions/${id}/turns`,
    {
      ...{ prompt: 'a fox', mode: 'new', options: QUICK },
    },
  );
  const [picture] = upload.body.turn.pictures;
  const bundle = await fetch(`${target.url}/api/sessions/${id}/export`);
  return {
    ids: [id, upload.body.turn.id, picture!.id, picture!.hash, turn.body.turn.id, turn.body.job.id],
    files: files as Buffer<ArrayBuffer>[],
    bundle: Buffer.from(await bundle.arrayBuffer()),
  };
}

async function deleteAll(target: Target): Promise<void> {
  for (;;) {
    const { body } = await target.json<{ sessions?: { id: string }[] }>('GET', '/api/sessions?limit=100');
    if (!body.sessions?.length) return;
    for (const { id } of body.sessions) await target.send('DELETE', `/api/sessions/${id}`);
  }
}

/** Answers to these wait for pictures, which are not drawn here. */
const WAITS = /^\/(v1|mcp)/;

function hostile(random: Random, operation: Operation, known: Known): (target: Target) => Promise<unknown> {
  const path = pathOf(random, operation, known);
  const method = random.chance(0.05) ? random.pick(METHODS) : operation.method;
  const { body, type } = bodyOf(random, operation, known);
  const headers = {
    ...(type && { 'content-type': type }),
    ...(random.chance(0.3) ? random.pick(HEADERS) : {}),
  };
  const mayWait = WAITS.test(operation.path);
  const carries = method !== 'GET' && method !== 'HEAD';
  return (target) =>
    target.send(
      method,
      path,
      carries ? body : undefined,
      headers,
      mayWait ? { patienceMs: 1_500, mayWait } : {},
    );
}

function pathOf(random: Random, { path, parameters }: Operation, { ids }: Known): string {
  const filled = path.replaceAll(/\{(\w+)\}|:(\w+)/g, () =>
    random.chance(0.6) ? random.pick(ids) : encoded(random, random.pick(TEXTS).slice(0, 3_000)),
  );
  const query = parameters
    .filter((parameter) => parameter.in === 'query' && random.chance(0.5))
    .map(({ name, schema }) => {
      const value = random.chance(0.5)
        ? sample(random, schema ?? {}, ids, 0)
        : random.pick(TEXTS).slice(0, 3_000);
      return `${encodeURIComponent(name)}=${encoded(random, String(value))}`;
    });
  if (random.chance(0.05)) query.push(encoded(random, random.pick(TEXTS).slice(0, 500)));
  return query.length > 0 ? `${filled}?${query.join('&')}` : filled;
}

/** Now and then as it stands, as far as a client can send it. */
function encoded(random: Random, text: string): string {
  return random.chance(0.1) ? text.replaceAll(/[^!-~]|[#?]/g, '') : encodeURIComponent(text.toWellFormed());
}

function bodyOf(random: Random, { path, content }: Operation, known: Known): { body?: Body; type?: string } {
  if (path === '/mcp')
    return { body: JSON.stringify(mcpMessage(random, known.ids)), type: 'application/json' };
  const types = Object.keys(content);
  if (types.length === 0) return random.chance(0.1) ? { body: random.pick(TEXTS) } : {};
  const type = random.pick(types);
  if (type === 'application/json') return { body: jsonBody(random, content[type]!.schema, known.ids), type };
  const file = fileFor(random, types, known);
  if (!type.startsWith('multipart/')) return { body: file, type };
  const form = new FormData();
  const fields = random.pick([['file'], ['image', 'mask'], ['file', 'file'], ['other']]);
  for (const name of fields)
    form.append(name, new Blob([file]), random.pick(TEXTS).slice(0, 200).toWellFormed());
  if (random.chance(0.5)) form.append('prompt', random.pick(TEXTS).toWellFormed());
  return { body: form };
}

function fileFor(random: Random, types: readonly string[], { files, bundle }: Known): Buffer<ArrayBuffer> {
  if (random.chance(0.15)) return random.pick(FILES);
  const good = types.some((type) => type.includes('bundle')) ? bundle : random.pick(files);
  return random.chance(0.1) ? good : spoilt(random, good);
}

function jsonBody(random: Random, schema: Schema, ids: readonly string[]): Body {
  const good = sample(random, schema, ids, 0);
  const changed = random.chance(0.75) ? withHostile(random, good) : good;
  const text = JSON.stringify(changed) ?? 'null';
  if (random.chance(0.05)) return text.slice(0, random.below(text.length + 1));
  if (random.chance(0.03)) return spoilt(random, Buffer.from(`${text} `));
  if (random.chance(0.01)) return `${'{"a":'.repeat(50_000)}1${'}'.repeat(50_000)}`;
  return text;
}

/** A value in the form of a schema. */
function sample(random: Random, schema: Schema, ids: readonly string[], depth: number): unknown {
  if (schema.const !== undefined) return schema.const;
  if (schema.enum) return random.pick(schema.enum);
  const choices = schema.anyOf ?? schema.oneOf;
  if (choices) return sample(random, random.pick(choices), ids, depth);
  const [type] = [schema.type ?? 'object'].flat();
  switch (type) {
    case 'string':
      return random.chance(0.5)
        ? random.pick(ids)
        : random.pick(['a fox in the snow', '@1 at night', 'make it "red"']);
    case 'integer':
    case 'number':
      return random.pick([0, 1, 2, 64, 256, 7]);
    case 'boolean':
      return random.chance(0.5);
    case 'array':
      return depth > 4
        ? []
        : Array.from({ length: random.below(4) }, () => sample(random, schema.items ?? {}, ids, depth + 1));
    case 'null':
      return null;
    default:
      return Object.fromEntries(
        Object.entries(schema.properties ?? {})
          .filter(() => depth < 5 && random.chance(0.7))
          .map(([name, each]) => [name, sample(random, each, ids, depth + 1)]),
      );
  }
}

/** The value with one part of it replaced, or a part too many. */
function withHostile(random: Random, value: unknown): unknown {
  const bad = () => (random.chance(0.5) ? random.pick(TEXTS) : random.pick(VALUES));
  if (typeof value !== 'object' || value === null || random.chance(0.1)) return bad();
  if (Array.isArray(value)) {
    if (value.length === 0) return [bad()];
    return value.map((each, at) => (at === 0 ? withHostile(random, each) : each));
  }
  const names = Object.keys(value);
  if (names.length === 0 || random.chance(0.1)) return { ...value, [random.pick(TEXTS).slice(0, 50)]: bad() };
  const name = random.pick(names);
  return { ...value, [name]: withHostile(random, (value as Record<string, unknown>)[name]) };
}

const TOOLS = [
  'create_image',
  'edit_image',
  'get_image',
  'list_sessions',
  'get_session',
  'undo',
  'nothing',
  '',
];

function mcpMessage(random: Random, ids: readonly string[]): unknown {
  const message = {
    jsonrpc: random.chance(0.95) ? '2.0' : random.pick(TEXTS).slice(0, 50),
    id: random.pick([1, 'a', null, 1.5, -1]),
    method: random.pick(['initialize', 'tools/list', 'tools/call', 'resources/read', 'ping', 'nothing']),
    params: {
      ...{ protocolVersion: '2025-06-18', capabilities: {}, clientInfo: { name: 'x', version: '1' } },
      name: random.pick(TOOLS),
      arguments: { prompt: 'a fox', session_id: random.pick(ids), image: random.pick(ids) },
    },
  };
  const changed = random.chance(0.6) ? withHostile(random, message) : message;
  return random.chance(0.05) ? Array(50).fill(changed) : changed;
}
