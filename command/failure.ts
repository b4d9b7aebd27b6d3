/** A command that failed, as its user reads it: with the usage where the command line is at fault. */
import { BackupError } from '../db/backup/place.ts';
import { fatalText } from '../server/failure.ts';

/** A command was given something that it cannot use; the message says what to do. */
export class CommandError extends Error {
  override name = 'CommandError';
}

/** A command line that lacks something; its message is shown above the usage. */
export class UsageError extends CommandError {
  override name = 'UsageError';
}

export interface Failure {
  text: string;
  exitCode: 1 | 2;
}

/** The text to print of an error, and the exit code: 2 for a command line that lacks something. */
export function failureOf(error: unknown, usage: string): Failure {
  if (error instanceof UsageError || isParseError(error))
    return {
      text: `palimpsest: ${error.message}\n\n${usage}`,
      exitCode: error instanceof UsageError ? 2 : 1,
    };
  if (error instanceof CommandError || error instanceof BackupError)
    return { text: `palimpsest: ${error.message}`, exitCode: 1 };
  return { text: fatalText(error), exitCode: 1 };
}

/** Of Node's `parseArgs`, which has no class of its own. */
function isParseError(error: unknown): error is Error {
  return error instanceof TypeError && 'code' in error && String(error.code).startsWith('ERR_PARSE_ARGS');
}
