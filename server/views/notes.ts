/** The problems and warnings of a turn, in the reader's language. */
import type { Locale } from '../../studio/locale.ts';
import type { ContextNote, ContextResult } from '../../studio/protocol.ts';
import { refusalText } from '../refusal-text.ts';

/** A compiled turn with the message of each of its notes. */
export function worded(result: ContextResult, locale: Locale): ContextResult {
  const withMessage = (note: ContextNote): ContextNote => ({ ...note, message: refusalText(note, locale) });
  if (result.ok)
    return { ...result, context: { ...result.context, warnings: result.context.warnings.map(withMessage) } };
  const [first, ...others] = result.problems;
  return { ...result, problems: [withMessage(first), ...others.map(withMessage)] };
}
