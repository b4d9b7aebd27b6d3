/** The problems and warnings of a turn, in the reader's language. */
import type { Locale } from '../../studio/locale/locale.ts';
import type { ContextNote, ContextResult, TurnView } from '../../studio/protocol.ts';
import { keyOf } from '../../studio/refusal.ts';
import { refusalText } from '../refusal-text.ts';

/** A compiled turn with the message of each of its notes. */
export function worded(result: ContextResult, locale: Locale): ContextResult {
  if (result.ok)
    return {
      ...result,
      context: { ...result.context, warnings: wordedNotes(result.context.warnings, locale) },
    };
  const [first, ...others] = wordedNotes(result.problems, locale);
  return { ...result, problems: [first!, ...others] };
}

/** Notes with the message of each. */
export function wordedNotes(notes: readonly ContextNote[], locale: Locale): ContextNote[] {
  return notes.map((note) => ({ ...note, message: refusalText(note, locale) }));
}

/** The warnings of a turn that was taken, as answers to programs have them: a message, its code, and what to write instead. */
export function warningsOf({ warnings = [] }: TurnView) {
  return warnings.map((note) => ({
    code: keyOf(note),
    message: refusalText(note),
    ...('asked' in note.params ? { asked: note.params.asked } : {}),
    ...(note.suggestions.length > 0 ? { suggestions: note.suggestions } : {}),
  }));
}
