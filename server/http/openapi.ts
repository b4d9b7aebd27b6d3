/**
 * The description of a route in the OpenAPI document, written beside the route: its group, a sentence, its answers, and the schemas
 * that check its input. Knows no route.
 */
import type { Env, Hono, Input, MiddlewareHandler } from 'hono';
import { describeRoute, generateSpecs, resolver, uniqueSymbol } from 'hono-openapi';
import type { OpenAPIV3_1 } from 'openapi-types';
import { z } from 'zod';
import { BUNDLE_TYPE } from '../../db/bundle/bundle.ts';
import packageJson from '../../package.json' with { type: 'json' };
import type { ErrorBody } from '../../studio/protocol.ts';
import { readJson, readQuery } from './http.ts';
import { idempotencyKey, MAX_KEY_LENGTH } from './idempotency-key.ts';

export type ApiDocument = OpenAPIV3_1.Document;

const errorBody: z.ZodType<ErrorBody> = z.object({
  error: z.object({
    code: z.string().describe('One word for programs'),
    reason: z.string().optional().describe('Which of the reasons that share the code'),
    params: z
      .record(z.string(), z.union([z.string(), z.number()]))
      .optional()
      .describe('What the message names'),
    message: z.string().describe("A sentence in the reader's language: what is wrong and what to do"),
    field: z.string().optional().describe('The part of the request to change'),
    suggestions: z.array(z.string()).optional().describe('What would be understood in its place'),
  }),
});

/** Answers of a route when all is well: the one of 200, or by status. */
type Answers = string | Record<number, string>;

/** Names a group of routes; the returned function describes one of them. */
export function group(tag: string) {
  return (summary: string, answers: Answers): MiddlewareHandler => {
    const byStatus = typeof answers === 'string' ? { 200: answers } : answers;
    const described = Object.entries(byStatus).map(([status, description]) => [status, { description }]);
    const responses = { ...Object.fromEntries(described), default: { $ref: '#/components/responses/Error' } };
    return describeRoute({ tags: [tag], summary, responses });
  };
}

type Takes<Target extends string, Schema extends z.ZodType> = MiddlewareHandler<
  Env,
  string,
  { in: { [K in Target]: z.input<Schema> }; out: { [K in Target]: z.output<Schema> } }
>;

/** Takes a JSON body in the form of `schema`, as `c.req.valid('json')`. No body counts as `{}`, whatever the media type says. */
export function body<Schema extends z.ZodType>(schema: Schema): Takes<'json', Schema> {
  return takes('json', schema, readJson);
}

/** Takes a query in the form of `schema`, as `c.req.valid('query')`. */
export function query<Schema extends z.ZodType>(schema: Schema): Takes<'query', Schema> {
  return takes('query', schema, readQuery);
}

function takes<Target extends 'json' | 'query', Schema extends z.ZodType>(
  target: Target,
  schema: Schema,
  read: (request: Request, schema: Schema) => z.output<Schema> | Promise<z.output<Schema>>,
): Takes<Target, Schema> {
  const middleware: MiddlewareHandler<Env, string, Input> = async (c, next) => {
    c.req.addValidatedData(target, (await read(c.req.raw, schema)) as object);
    await next();
  };
  return Object.assign(middleware as Takes<Target, Schema>, {
    [uniqueSymbol]: { target, ...resolver(schema) },
  });
}

/** Takes an `Idempotency-Key` header, or makes a key, as `c.var.key`. */
export const keyed: MiddlewareHandler<{ Variables: { key: string } }> = Object.assign(
  (async (c, next) => {
    c.set('key', idempotencyKey(c.req.raw));
    await next();
  }) satisfies MiddlewareHandler<{ Variables: { key: string } }>,
  describing({ parameters: [{ $ref: '#/components/parameters/IdempotencyKey' }] }),
);

/** Media types of the files that routes take. */
const FILES = { picture: 'image/*', mask: 'image/png', bundle: BUNDLE_TYPE } as const;

/** Takes a file as the raw body, or as the first file of a form; the handler reads it. */
export function file(kind: keyof typeof FILES): MiddlewareHandler {
  const schema: OpenAPIV3_1.SchemaObject = { type: 'string', format: 'binary' };
  const form: OpenAPIV3_1.SchemaObject = { type: 'object', properties: { file: schema }, required: ['file'] };
  const content = { [FILES[kind]]: { schema }, 'multipart/form-data': { schema: form } };
  return describeRoute({ requestBody: { required: true, content } });
}

/** Documents a body in the form of `schema` that the handler reads itself. */
export function forms(schema: z.ZodType, ...mediaTypes: string[]): MiddlewareHandler {
  const content = mediaTypes.map((mediaType) => [mediaType, { schema: resolver(schema) }]);
  return describeRoute({ requestBody: { required: true, content: Object.fromEntries(content) } });
}

function describing(spec: Parameters<typeof describeRoute>[0]): object {
  return { [uniqueSymbol]: { spec } };
}

/** The document of all routes of an app. */
export async function documentOf<E extends Env>(app: Hono<E>): Promise<ApiDocument> {
  const { schema: error } = await resolver(errorBody).toOpenAPISchema();
  const documentation = {
    info: {
      title: 'Palimpsest',
      version: packageJson.version,
      description:
        'The studio over HTTP: sessions of pictures, the messages that make and edit them, and the queue that they wait in. The page uses these routes and no others.',
    },
    components: {
      parameters: {
        IdempotencyKey: {
          name: 'Idempotency-Key',
          in: 'header' as const,
          description: 'Sent again with the same request, it gets the stored answer instead of a second turn',
          schema: { type: 'string' as const, minLength: 1, maxLength: MAX_KEY_LENGTH },
        },
      },
      responses: {
        Error: { description: 'What is wrong', content: { 'application/json': { schema: error } } },
      },
    },
  };
  const options = { documentation, defaultValidationErrorResponse: false, excludeStaticFile: false } as const;
  return (await generateSpecs(app, options)) as ApiDocument;
}
