/** Rows of data files against the shape that they should have. */
import { ZodError, type ZodType } from 'zod';
import { DataError } from './data-folder.ts';

/** A value in the shape of `schema`. Throws {@link DataError} that names the file and the field. */
export function shaped<T>(schema: ZodType<T>, path: string, value: unknown): T {
  try {
    return schema.parse(value);
  } catch (error) {
    if (!(error instanceof ZodError)) throw error;
    const { path: field, message } = error.issues[0]!;
    throw new DataError(`${path} is not in the shape that is published: ${field.join('.')}: ${message}`);
  }
}
