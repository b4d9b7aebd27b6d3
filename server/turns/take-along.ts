/** Pictures that go from one session to another with their branches, and sessions as wholes that are there twice. */
import { findPicture, setFavourite } from '../../db/pictures.ts';
import { findSession, renameSession } from '../../db/sessions.ts';
import { findTurn } from '../../db/turns.ts';
import type { PictureView, SessionView } from '../../studio/protocol.ts';
import { Refusal } from '../../studio/refusal.ts';
import { savedBytes } from '../files/saved-picture.ts';
import { appendEvent, appendSessionUpdated } from '../log/event-log.ts';
import type { Runtime } from '../runtime.ts';
import { pictureView, sessionView } from '../views/views.ts';
import { exportSession, importBundle } from './bundles.ts';
import { requireSession } from './sessions.ts';
import { setTurnState } from './turn-state.ts';
import { type Taken, takeUpload } from './uploads.ts';

/**
 * Adds pictures of other sessions to one, oldest first, each with the branch that led to it; those that it has stay as they are.
 * With `move` their turns are hidden where they were. Throws {@link Refusal} `unknown_session`, `unknown_picture`.
 */
export async function takeAlong(
  parts: Runtime,
  sessionId: string,
  { pictureIds, move }: { pictureIds: readonly string[]; move: boolean },
): Promise<Taken[]> {
  requireSession(parts, sessionId);
  const pictures = [...new Set(pictureIds)]
    .map((pictureId) => {
      const picture = findPicture(parts.db, parts.owner, pictureId);
      if (!picture) throw new Refusal('unknown_picture.none', { pictureId }, { field: 'pictureIds' });
      return { picture, turn: findTurn(parts.db, picture.turnId)! };
    })
    .filter(({ turn }) => turn.sessionId !== sessionId)
    .sort((one, other) => one.picture.createdAt - other.picture.createdAt);
  const taken: Taken[] = [];
  for (const { picture, turn } of pictures) {
    const isAsItCame = turn.recipe === null && picture.originalBlob !== null;
    const bytes = isAsItCame
      ? await parts.blobs.read(picture.originalBlob!)
      : await savedBytes(parts, picture, { format: 'png' });
    taken.push(await takeUpload(parts, sessionId, bytes));
  }
  if (move)
    for (const turnId of new Set(pictures.map(({ turn }) => turn.id))) setTurnState(parts, turnId, 'removed');
  return taken;
}

/** A session once more, with all that is in it. Throws {@link Refusal} `unknown_session`, `deleted_session`. */
export async function duplicateSession(parts: Runtime, sessionId: string): Promise<SessionView> {
  const { db } = parts;
  const { title } = requireSession(parts, sessionId);
  const { bytes } = await exportSession(parts, sessionId, true);
  const { id } = await importBundle(parts, bytes);
  return db.write(() => {
    renameSession(db, id, nextTitle(title));
    appendSessionUpdated(db, id);
    return sessionView(findSession(db, id)!);
  });
}

/** `A castle` becomes `A castle (2)`, and that `A castle (3)`. */
function nextTitle(title: string): string {
  const [, name = title, number = '1'] = /^(.*) \((\d{1,6})\)$/.exec(title) ?? [];
  return `${name} (${Number(number) + 1})`;
}

/** Marks a picture as a favourite, or not. Throws {@link Refusal} `unknown_picture`. */
export function markPicture(parts: Runtime, pictureId: string, isFavourite: boolean): PictureView {
  const { db, owner } = parts;
  const found = findPicture(db, owner, pictureId);
  if (!found) throw new Refusal('unknown_picture.none', { pictureId });
  const { sessionId } = findTurn(db, found.turnId)!;
  return db.write(() => {
    const picture = pictureView(setFavourite(db, pictureId, isFavourite)!);
    appendEvent(db, { sessionId, jobId: null, type: 'picture.marked', payload: { picture } });
    return picture;
  });
}
