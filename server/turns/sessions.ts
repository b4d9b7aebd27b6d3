/** Commands on sessions as wholes: make, change, delete, restore. Each is one transaction with its events. */
import { jobsUnderWay } from '../../db/jobs.ts';
import { findPicture } from '../../db/pictures.ts';
import {
  findSession,
  insertSession,
  markDeleted,
  type SessionRow,
  setPinned,
  setTags,
} from '../../db/sessions.ts';
import { findTurn } from '../../db/turns.ts';
import type { SessionChange, SessionView } from '../../studio/protocol.ts';
import { Refusal } from '../../studio/refusal.ts';
import { appendEvent, appendSessionUpdated } from '../log/event-log.ts';
import { doOperation } from '../log/operations.ts';
import type { Runtime } from '../runtime.ts';
import { sessionView } from '../views/views.ts';

/** The owner's session, not deleted. Throws {@link Refusal} `unknown_session`, `deleted_session`. */
export function requireSession({ db, owner }: Pick<Runtime, 'db' | 'owner'>, id: string): SessionRow {
  const session = findSession(db, id);
  if (session?.owner !== owner) throw new Refusal('unknown_session.none', { sessionId: id });
  if (session.deletedAt !== null) throw new Refusal('deleted_session', {});
  return session;
}

/** Makes an empty session. An empty title is filled in by the first turn. */
export function createSession({ db, owner }: Runtime, title: string): SessionView {
  return db.write(() => {
    const session = sessionView(insertSession(db, owner, title));
    appendEvent(db, { sessionId: session.id, jobId: null, type: 'session.created', payload: { session } });
    return session;
  });
}

/**
 * Does something in a session, or in a new one where none is named; a new one in which it fails is removed again.
 * Throws {@link Refusal} `unknown_session`, and what `work` throws.
 */
export async function inSession<T>(
  parts: Runtime,
  id: string | undefined,
  work: (sessionId: string) => T | Promise<T>,
): Promise<T> {
  if (id !== undefined) return work(requireSession(parts, id).id);
  const session = createSession(parts, '');
  try {
    return await work(session.id);
  } catch (error) {
    removeSession(parts, session.id);
    throw error;
  }
}

/**
 * Changes what is named, as operations that undo takes back together. Throws {@link Refusal} `unknown_picture`,
 * `unknown_session`.
 */
export function changeSession(
  parts: Runtime,
  id: string,
  { title, headPictureId, archived, pinned, tags }: SessionChange,
): SessionView {
  const { db } = parts;
  const before = requireSession(parts, id);
  if (headPictureId !== undefined) requireOwnPicture(parts, id, headPictureId);
  const batch = crypto.randomUUID();
  return db.write(() => {
    const about = { sessionId: id, batch };
    if (title !== undefined && title !== before.title)
      doOperation(db, {
        ...about,
        kind: 'rename',
        changes: [{ field: 'title', before: before.title, after: title }],
      });
    if (headPictureId !== undefined && headPictureId !== before.headPictureId)
      doOperation(db, {
        ...about,
        kind: 'head',
        changes: [{ field: 'headPictureId', before: before.headPictureId, after: headPictureId }],
      });
    if (archived !== undefined && archived !== (before.archivedAt !== null))
      doOperation(db, {
        ...about,
        kind: 'archive',
        changes: [{ field: 'archivedAt', before: before.archivedAt, after: archived ? db.now() : null }],
      });
    if (pinned !== undefined && pinned !== (before.pinnedAt !== null)) setPinned(db, id, pinned);
    if (tags !== undefined) setTags(db, id, tags);
    appendSessionUpdated(db, id);
    return sessionView(findSession(db, id)!);
  });
}

function requireOwnPicture({ db, owner }: Runtime, sessionId: string, pictureId: string): void {
  const picture = findPicture(db, owner, pictureId);
  if (!picture || findTurn(db, picture.turnId)?.sessionId !== sessionId)
    throw new Refusal('unknown_picture.elsewhere', {}, { field: 'headPictureId' });
}

/** Puts a session among the deleted ones and stops its runs; nothing is lost yet. Throws {@link Refusal} `unknown_session`. */
export function removeSession(parts: Runtime, id: string): void {
  const { db, queue } = parts;
  const session = sessionView(requireSession(parts, id));
  queue.cancelAll(jobsUnderWay(db, id).map((job) => job.id));
  db.writeOnReserve(() => {
    markDeleted(db, id, db.now());
    appendEvent(db, { sessionId: id, jobId: null, type: 'session.deleted', payload: { session } });
  });
}

/** Takes a session back from the deleted ones; one that is not deleted stays as it is. Throws {@link Refusal} `unknown_session`. */
export function restoreSession(parts: Runtime, id: string): SessionView {
  const { db, owner } = parts;
  const found = findSession(db, id);
  if (found?.owner !== owner) throw new Refusal('unknown_session.purged', {});
  return db.write(() => {
    markDeleted(db, id, null);
    const session = sessionView(findSession(db, id)!);
    appendEvent(db, { sessionId: id, jobId: null, type: 'session.restored', payload: { session } });
    return session;
  });
}
