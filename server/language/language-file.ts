/** Reads and writes `language.json`. Knows no model, and no key. */
import { existsSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { ZodError } from 'zod';
import { type LanguageEntry, languageEntry } from './language-entry.ts';

/** A file of a language model that cannot be used: which field of it, and what is expected there. */
export class LanguageFileError extends Error {
  constructor(file: string, field: string, reason: string, cause?: unknown) {
    super(`${file}: ${field}: ${reason}. Mend it, then start again.`, { cause });
    this.name = 'LanguageFileError';
  }
}

/** The language model of a file; undefined where there is none. Throws {@link LanguageFileError} for a malformed one. */
export function readLanguageFile(file: string): LanguageEntry | undefined {
  if (!existsSync(file)) return undefined;
  try {
    return languageEntry.parse(JSON.parse(readFileSync(file, 'utf8')));
  } catch (error) {
    if (!(error instanceof ZodError))
      throw new LanguageFileError(
        file,
        'the whole file',
        `it is no JSON (${(error as Error).message})`,
        error,
      );
    const { path, message } = error.issues[0]!;
    throw new LanguageFileError(file, path.join('.') || 'the whole file', message, error);
  }
}

/** Writes a language model in place of what the file had: all of it, or nothing. None: the file goes. */
export function writeLanguageFile(file: string, entry: LanguageEntry | undefined): void {
  if (!entry) {
    rmSync(file, { force: true });
    return;
  }
  const temporary = `${file}.new`;
  writeFileSync(temporary, `${JSON.stringify(entry, null, 2)}\n`);
  renameSync(temporary, file);
}
