/** Requests to every route of an OpenAPI document, with the same few texts wherever a text may stand. */
import fc from 'fast-check';
import type { OpenAPIV3_1 } from 'openapi-types';

export interface Guess {
  method: string;
  path: string;
  headers: Record<string, string>;
  /** Undefined: none. */
  body: unknown;
}

type Schema = OpenAPIV3_1.SchemaObject;
type Operation = OpenAPIV3_1.OperationObject;

const VERBS = ['get', 'put', 'post', 'patch', 'delete'] as const;

/** Every route with its method. */
export function routesOf({
  paths,
}: OpenAPIV3_1.Document): { method: string; path: string; what: Operation }[] {
  return Object.entries(paths ?? {}).flatMap(([path, item]) =>
    VERBS.flatMap((verb) => {
      const what = item?.[verb];
      return what ? [{ method: verb.toUpperCase(), path, what: what as Operation }] : [];
    }),
  );
}

/** Requests to one route; texts are those of `texts`, and numbers, switches and choices whatever the schema allows. */
export function guessesAt(
  { method, path, what }: ReturnType<typeof routesOf>[number],
  texts: readonly string[],
): fc.Arbitrary<Guess> {
  const text = fc.constantFrom(...texts);
  const places = [...path.matchAll(/\{(\w+)\}/g)];
  const filled = fc.tuple(...places.map(() => text)).map((values) => {
    let next = 0;
    return path.replaceAll(/\{\w+\}/g, () => encodeURIComponent(values[next++]!));
  });
  const parameters = (what.parameters ?? []).filter((each) => 'in' in each && each.in === 'query');
  const query = fc.record(
    Object.fromEntries(
      parameters.map((each) => {
        const { name, schema } = each as OpenAPIV3_1.ParameterObject;
        return [name, ofSchema(schema as Schema, text)];
      }),
    ),
    { requiredKeys: [] },
  );
  return fc
    .record({ filled, query, key: text, body: bodyOf(what, text) })
    .map(({ filled: address, query: asked, key, body }): Guess => {
      const search = new URLSearchParams(
        Object.entries(asked).map(([name, value]): [string, string] => [name, String(value)]),
      ).toString();
      return {
        ...{ method, path: search ? `${address}?${search}` : address, body },
        headers: (method === 'GET' ? {} : { 'Idempotency-Key': key }) as Record<string, string>,
      };
    });
}

function bodyOf({ requestBody }: Operation, text: fc.Arbitrary<string>): fc.Arbitrary<unknown> {
  if (!requestBody || !('content' in requestBody)) return fc.constant(undefined);
  const json = requestBody.content['application/json'];
  return json?.schema ? ofSchema(json.schema as Schema, text) : text;
}

function ofSchema(schema: Schema | undefined, text: fc.Arbitrary<string>): fc.Arbitrary<unknown> {
  if (!schema) return text;
  if (schema.const !== undefined) return fc.constant(schema.const);
  if (schema.enum) return fc.constantFrom(...schema.enum);
  const choices = (schema.anyOf ?? schema.oneOf) as Schema[] | undefined;
  if (choices) return fc.oneof(...choices.map((each) => ofSchema(each, text)));
  const type = Array.isArray(schema.type) ? schema.type[0] : schema.type;
  switch (type) {
    case 'array':
      return fc.array(ofSchema((schema as { items?: Schema }).items, text), { maxLength: 2 });
    case 'object': {
      const { properties = {} } = schema;
      const required: string[] = schema.required ?? [];
      const fields = Object.entries(properties).map(([name, field]) => [
        name,
        ofSchema(field as Schema, text),
      ]);
      return fc.record(Object.fromEntries(fields), { requiredKeys: required as never[] });
    }
    case 'boolean':
      return fc.boolean();
    case 'integer':
    case 'number':
      return fc.integer({ min: 0, max: 64 });
    case 'null':
      return fc.constant(null);
    default:
      return text;
  }
}
