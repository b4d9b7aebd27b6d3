/**
 * What a message asks for and does not get, as notes on its turn: the composer shows them as it is typed, the server stores them with
 * the turn. Pure. A checkpoint without a list is silent.
 */
import type { Knows } from '../known.ts';
import { note } from '../notes.ts';
import type { TurnView } from '../protocol.ts';
import type { ContextNote } from '../refusal.ts';
import { changeOf } from './change.ts';
import { isScenery, subjectsHeld } from './holds.ts';
import { type Reading, readMessage, type Understood, type Unknown } from './reading.ts';

/** A turn as far as it is read: what it says, and the picture that it edits. */
export interface Asked {
  prompt: string;
  /** The id of the picture that is changed, where that is made. */
  targetId: string | null;
  turns: readonly TurnView[];
}

/** A list, and the model whose it is. */
export interface Reader {
  knows: Knows;
  modelDigest: string;
}

export function readingNotes(
  { prompt, targetId, turns }: Asked,
  { knows, modelDigest }: Reader,
): ContextNote[] {
  const reading = readMessage(prompt, knows);
  const absent =
    targetId === null ? [] : absentSubjects(prompt, reading, turns, targetId, { knows, modelDigest });
  return [...reading.unknown.map(noteOf), ...absent];
}

function noteOf({ kind, asked, suggestions, count = 0, most = 0, start, end }: Unknown): ContextNote {
  const params = { asked, count, most };
  return {
    ...note(`not_understood.${kind}`, params, 'prompt', undefined, suggestions),
    span: { start, end },
  };
}

/** Subjects that are to go, though the picture does not hold them. */
function absentSubjects(
  prompt: string,
  reading: Reading,
  turns: readonly TurnView[],
  targetId: string,
  { knows, modelDigest }: Reader,
): ContextNote[] {
  const { removed, replaced } = changeOf(prompt, reading);
  if (removed.length + replaced.length === 0) return [];
  const held = subjectsHeld(turns, targetId, knows, modelDigest);
  if (!held) return [];
  const absent = (all: readonly Understood[]) =>
    all.filter(({ name, slip }) => !held.has(name) && !slip && !isScenery(name));
  return [
    ...absent(removed).map((subject) => absentNote('not_there.removed', subject)),
    ...absent(replaced).map((subject) => absentNote('not_there.replaced', subject)),
  ];
}

function absentNote(
  key: 'not_there.removed' | 'not_there.replaced',
  { asked, start, end }: Understood,
): ContextNote {
  return { ...note(key, { asked }, 'prompt'), span: { start, end } };
}

/** A word with a slip of the finger, and the name that was understood. */
export interface Slip {
  asked: string;
  name: string;
  span: { start: number; end: number };
}

/** The slips of a message, each once. */
export function slipsOf(prompt: string, knows: Knows): Slip[] {
  const slips = readMessage(prompt, knows).understood.filter(({ slip, kind }) => slip && kind === 'subject');
  return slips.map(({ asked, name, start, end }) => ({ asked, name, span: { start, end } }));
}
