/** Reads the things that a checkpoint says it draws well: `knows.json` beside its weights. Knows no request. */
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { ZodError } from 'zod';
import { type Known, knowsFile } from '../studio/known.ts';

const EXAMPLES = 6;

/** A `knows.json` that cannot be used. */
export class KnowsError extends Error {
  constructor(file: string, reason: string, cause: unknown) {
    super(
      `${file} is not what it should be: ${reason}. Mend it, or take it away: a checkpoint need not have one.`,
      {
        cause,
      },
    );
    this.name = 'KnowsError';
  }
}

/** The content of a folder's `knows.json`; empty where it has no such file. Throws {@link KnowsError} for a malformed one. */
export function readKnown(modelDir: string): Known {
  const file = join(modelDir, 'knows.json');
  if (!existsSync(file)) return { examples: [], knows: null };
  try {
    const { examples, ...knows } = knowsFile.parse(JSON.parse(readFileSync(file, 'utf8')));
    return { examples: examples.slice(0, EXAMPLES), knows };
  } catch (error) {
    throw new KnowsError(file, reasonOf(error as Error), error);
  }
}

function reasonOf(error: Error): string {
  if (!(error instanceof ZodError)) return error.message;
  const { path, message } = error.issues[0]!;
  return `${path.join('.') || 'the whole'}: ${message}`;
}
