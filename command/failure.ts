/** How a command that failed says so: what its user can mend in one sentence, a mistake of ours with its stack. */
import { inspect } from 'node:util';
import { DataFolderError } from '../db/folder/folder-lock.ts';
import { storageFaultOf } from '../db/folder/storage-fault.ts';
import { EngineError } from '../engine/index.ts';
import { EnvironmentError } from '../server/environment.ts';
import { refusalText } from '../server/refusal-text.ts';
import { Refusal } from '../studio/refusal.ts';

/** What a command was given and cannot be used; the message says what to do. */
export class CommandError extends Error {
  override name = 'CommandError';
}

/** A command line that is none: its message is shown above the usage. */
export class UsageError extends CommandError {
  override name = 'UsageError';
}

export interface Failure {
  text: string;
  exitCode: 1 | 2;
}

/** What is printed of an error, and the exit code: 2 for a command line that is none. */
export function failureOf(error: unknown, usage: string): Failure {
  if (error instanceof UsageError || isParseError(error))
    return {
      text: `palimpsest: ${error.message}\n\n${usage}`,
      exitCode: error instanceof UsageError ? 2 : 1,
    };
  if (error instanceof Refusal) return { text: `palimpsest: ${refusalText(error)}`, exitCode: 1 };
  if (isExpected(error)) return { text: `palimpsest: ${error.message}`, exitCode: 1 };
  // With the stack, and that of its cause.
  return { text: `palimpsest failed by a mistake of its own:\n${inspect(error)}`, exitCode: 1 };
}

/** Of Node's `parseArgs`, which has no class of its own. */
function isParseError(error: unknown): error is Error {
  return error instanceof TypeError && 'code' in error && String(error.code).startsWith('ERR_PARSE_ARGS');
}

function isExpected(error: unknown): error is Error {
  const isOurs =
    error instanceof CommandError ||
    error instanceof DataFolderError ||
    error instanceof EngineError ||
    error instanceof EnvironmentError;
  // Of files: what is not there, is there already, or cannot be read or written. Only the system's errors name their call.
  return isOurs || (error instanceof Error && ('syscall' in error || storageFaultOf(error) !== undefined));
}
