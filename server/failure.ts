/**
 * An error that ends a program, as its user reads it: one sentence where the user can mend it, else a mistake of ours with its
 * stack.
 */
import { inspect } from 'node:util';
import { DataFolderError } from '../db/folder/folder-lock.ts';
import { storageFaultOf } from '../db/folder/storage-fault.ts';
import { EngineError } from '../engine/index.ts';
import { Refusal } from '../studio/refusal.ts';
import { EnginesFileError } from './engines/engines-file.ts';
import { EnvironmentError } from './environment.ts';
import { PagesBuildError } from './http/pages/next-pages.ts';
import { KnowsError } from './known.ts';
import { LanguageFileError } from './language/language-file.ts';
import { refusalText } from './refusal-text.ts';

/** The text to print. A mistake of ours comes with its stack, and that of its cause. */
export function fatalText(error: unknown): string {
  if (error instanceof Refusal) return `palimpsest: ${refusalText(error)}`;
  if (isMendable(error)) return `palimpsest: ${error.message}`;
  return `palimpsest failed by a mistake of its own:\n${inspect(error)}`;
}

function isMendable(error: unknown): error is Error {
  const isOurs =
    error instanceof DataFolderError ||
    error instanceof EngineError ||
    error instanceof EnginesFileError ||
    error instanceof EnvironmentError ||
    error instanceof KnowsError ||
    error instanceof LanguageFileError ||
    error instanceof PagesBuildError;
  // Of files and ports: absent, taken, not to be read or written. Of all errors only the system's name their call.
  return isOurs || (error instanceof Error && ('syscall' in error || storageFaultOf(error) !== undefined));
}
