/** Appends to the event log, in the types that the page knows. Knows neither sockets nor the engine. */
import type { Database, EventRow } from '../../db/database.ts';
import { findSession } from '../../db/sessions.ts';
import type { SessionEvent } from '../../studio/protocol.ts';
import { sessionView } from '../views/views.ts';

type Draft<Event> = Event extends unknown ? Omit<Event, 'seq' | 'at'> : never;
export type EventDraft = Draft<SessionEvent>;

/** Appends one event; inside of `write`, together with the rows that it describes. `owner` is named where its session is gone. */
export function appendEvent(db: Database, draft: EventDraft, owner?: string): EventRow {
  return db.append({ ...draft, owner });
}

/** Appends `session.updated` with the session as it is now; inside of `write`. */
export function appendSessionUpdated(db: Database, sessionId: string): void {
  const session = findSession(db, sessionId);
  if (session)
    appendEvent(db, {
      sessionId,
      jobId: null,
      type: 'session.updated',
      payload: { session: sessionView(session) },
    });
}
