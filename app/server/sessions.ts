/** Commands on sessions: make, rename, delete. Each is one transaction with its event. */
import { dropEventsOfSession } from '../../db/events.ts';
import { deleteUnreferencedBlobs } from '../../db/images.ts';
import { jobsUnderWay } from '../../db/jobs.ts';
import { blobsOfSession } from '../../db/nodes.ts';
import {
  deleteSession,
  findSession,
  insertSession,
  renameSession,
  type SessionRow,
} from '../../db/sessions.ts';
import type { SessionView } from '../protocol.ts';
import { appendEvent, appendSessionUpdated } from './event-log.ts';
import { HttpError } from './http.ts';
import type { Runtime } from './runtime.ts';
import { sessionView } from './views.ts';

/** The owner's session. Throws {@link HttpError} 404. */
export function requireSession({ db, owner }: Pick<Runtime, 'db' | 'owner'>, id: string): SessionRow {
  const session = findSession(db, id);
  if (session?.owner !== owner) throw new HttpError(404, 'unknown_session', `There is no session ${id}.`);
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

/** Gives a session another title. Throws {@link HttpError} 404. */
export function retitleSession(parts: Runtime, id: string, title: string): SessionView {
  requireSession(parts, id);
  parts.db.write(() => {
    renameSession(parts.db, id, title);
    appendSessionUpdated(parts.db, id);
  });
  return sessionView(requireSession(parts, id));
}

/** Deletes a session, its events and the bytes that nothing else names. Throws {@link HttpError} 404. */
export function removeSession(parts: Runtime, id: string): void {
  const { db, blobs, queue } = parts;
  const session = sessionView(requireSession(parts, id));
  for (const job of jobsUnderWay(db, id)) queue.abandon(job.id);
  const dropped = db.write(() => {
    const candidates = blobsOfSession(db, id);
    deleteSession(db, id);
    dropEventsOfSession(db, id);
    appendEvent(db, { sessionId: id, jobId: null, type: 'session.deleted', payload: { session } });
    return deleteUnreferencedBlobs(db, candidates);
  });
  blobs.drop(dropped);
}
