/** What a message asks for and does not get, by the list of the checkpoint that draws it. */
import type { ContextNote } from '../../studio/protocol.ts';
import { type Asked, readingNotes } from '../../studio/reading/notes.ts';
import type { Runtime } from '../runtime.ts';

/** Notes on a message for an engine; none for a checkpoint without a list. */
export function notUnderstood({ knownOf, engines }: Runtime, engine: string, asked: Asked): ContextNote[] {
  const { knows } = knownOf(engine);
  return knows ? readingNotes(asked, { knows, modelDigest: engines.infoOf(engine)?.digest ?? '' }) : [];
}
