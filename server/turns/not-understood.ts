/** What a message asks for and does not get, by the list of the checkpoint that draws it. */
import type { ContextNote } from '../../studio/protocol.ts';
import { type Asked, readingNotes } from '../../studio/reading/notes.ts';
import type { Runtime } from '../runtime.ts';

/** Notes on a message; none for a checkpoint without a list. */
export function notUnderstood({ known: { knows }, engine }: Runtime, asked: Asked): ContextNote[] {
  return knows ? readingNotes(asked, { knows, modelDigest: engine.loadedInfo?.digest ?? '' }) : [];
}
