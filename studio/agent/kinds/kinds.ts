/** The kinds of what a message can ask for: actions that are said in the same way are one kind. Pure. */
import type { Action } from '../actions.ts';

export const KINDS = [
  ...(['new', 'edit', 'look', 'more'] as const),
  ...(['undo', 'redo', 'go', 'edits', 'stop', 'rename'] as const),
  ...(['compare', 'search', 'export', 'ask'] as const),
  ...([
    'greeting',
    'thanks',
    'capabilities',
    'knows',
    'how',
    'session',
    'model',
    'status',
    'declined',
  ] as const),
] as const;
export type Kind = (typeof KINDS)[number];

export const DRAWING_KINDS: readonly Kind[] = ['new', 'edit', 'look', 'more'];
/** Answers that need nothing of the message but its kind. */
export const SPOKEN_KINDS = [
  'greeting',
  'thanks',
  'capabilities',
  'knows',
  'how',
  'model',
  'status',
  'declined',
] as const;

const KIND_OF: Readonly<Record<string, Kind>> = {
  ...{ style: 'look', identity: 'look', combine: 'look' },
  ...{ vary: 'more', repeat: 'more', 'same-layout': 'more' },
  ...{ 'go-to': 'go', branch: 'go' },
  ...{ 'leave-out': 'edits', 'take-in': 'edits', move: 'edits', reword: 'edits', 'apply-as-one': 'edits' },
  ...{ which: 'session', about: 'session', history: 'session', count: 'session', said: 'session' },
};

/** The kind of an action. */
export function kindOf(action: Pick<Action, 'type'> & { kind?: string }): Kind {
  const name = action.type === 'answer' ? action.kind! : action.type;
  return KIND_OF[name] ?? (name as Kind);
}
