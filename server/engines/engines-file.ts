/** Reads and writes `engines.json`. Knows no running engine, and no key. */
import { existsSync, readFileSync, renameSync, writeFileSync } from 'node:fs';
import { ZodError } from 'zod';
import { type EnginesFile, enginesFile } from './engine-entry.ts';

/** A file of engines that cannot be used: which field of it, and what is expected there. */
export class EnginesFileError extends Error {
  constructor(file: string, field: string, reason: string, cause?: unknown) {
    super(`${file}: ${field}: ${reason}. Mend it, then start again.`, { cause });
    this.name = 'EnginesFileError';
  }
}

/** The engines of a file; undefined where there is none. Throws {@link EnginesFileError} for a malformed one. */
export function readEnginesFile(file: string): EnginesFile | undefined {
  if (!existsSync(file)) return undefined;
  try {
    return enginesFile.parse(JSON.parse(readFileSync(file, 'utf8')));
  } catch (error) {
    if (!(error instanceof ZodError))
      throw new EnginesFileError(
        file,
        'the whole file',
        `it is no JSON (${(error as Error).message})`,
        error,
      );
    const { path, message } = error.issues[0]!;
    throw new EnginesFileError(file, path.join('.') || 'the whole file', message, error);
  }
}

/** Writes the engines in place of what the file had: all of it, or nothing. */
export function writeEnginesFile(file: string, content: EnginesFile): void {
  const temporary = `${file}.new`;
  writeFileSync(temporary, `${JSON.stringify(content, null, 2)}\n`);
  renameSync(temporary, file);
}
