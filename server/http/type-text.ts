/** A JSON schema as TypeScript would write the type, which is the shortest that people read. Pure. */
import type { OpenAPIV3_1 } from 'openapi-types';

type Schema = OpenAPIV3_1.SchemaObject | OpenAPIV3_1.ReferenceObject;

/** The text of a type, `unknown` for a schema of no known form. Objects of more than one field take a line for each. */
export function typeText(schema: Schema | undefined, indent = ''): string {
  if (!schema || '$ref' in schema) return 'unknown';
  if (schema.const !== undefined) return JSON.stringify(schema.const);
  if (schema.enum) return schema.enum.map((value) => JSON.stringify(value)).join(' | ');
  const choices = schema.anyOf ?? schema.oneOf;
  if (choices) return [...new Set(choices.map((choice) => typeText(choice, indent)))].join(' | ');
  if (schema.type === 'array')
    return listText(typeText('items' in schema ? schema.items : undefined, indent));
  if (schema.properties) return objectText(schema, indent);
  if (schema.format === 'binary') return 'file';
  return typeof schema.type === 'string' ? schema.type : 'unknown';
}

function listText(item: string): string {
  return item.includes(' ') ? `(${item})[]` : `${item}[]`;
}

function objectText({ properties = {}, required = [] }: OpenAPIV3_1.SchemaObject, indent: string): string {
  const fields = Object.entries(properties).map(([name, field]) => {
    const { default: value, description } = field as OpenAPIV3_1.SchemaObject;
    const notes = [value === undefined ? undefined : `default ${JSON.stringify(value)}`, description].filter(
      (note) => note !== undefined,
    );
    const comment = notes.length === 0 ? '' : `  // ${notes.join('; ')}`;
    return `${indent}  ${name}${required.includes(name) ? '' : '?'}: ${typeText(field, `${indent}  `)}${comment}`;
  });
  return fields.length === 0 ? '{}' : `{\n${fields.join('\n')}\n${indent}}`;
}
