/** Notes on a turn: problems and warnings, with texts that would be understood instead. Pure. */
import type { Mention } from './mentions/mentions.ts';
import type { ContextNote } from './protocol.ts';
import { type NoteKey, type Notes, partsOf } from './refusal.ts';

export const MAX_SUGGESTIONS = 5;

/** A problem or a warning about a turn: what its message names, and which part of the request it is about. */
export function note<Key extends NoteKey>(
  key: Key,
  params: Notes[Key],
  field: string,
  mention?: Mention,
  suggestions: readonly string[] = [],
): ContextNote {
  const span = mention ? { start: mention.start, end: mention.end } : null;
  const { code, reason } = partsOf<NoteKey>(key);
  return {
    ...{ code, ...(reason && { reason }), params: { ...params } },
    ...{ field, span, suggestions: suggestions.slice(0, MAX_SUGGESTIONS) },
  };
}
