/** Feeds of events, whoever follows them: by a socket, or one request after another where a socket does not get through. */
import { eventsAfter, type Feed, lastSeq, QUEUE_FEED } from '../../db/events.ts';
import { findSession } from '../../db/sessions.ts';
import type { EventPage } from '../../studio/protocol.ts';
import { Refusal } from '../../studio/refusal.ts';
import { eventFor } from '../queue/queue-view.ts';
import type { Runtime } from '../runtime.ts';

type Parts = Pick<Runtime, 'db' | 'owner'>;

const ROWS = 500;

/** Throws {@link Refusal} `unknown_session` for a feed that is not the owner's, `bad_cursor` for a place that the log has not reached. */
export function requireFeed(parts: Parts, feed: Feed, after: number): void {
  if (!isOwn(parts, feed)) throw new Refusal('unknown_session.none', { sessionId: feed });
  if (after > lastSeq(parts.db)) throw new Refusal('bad_cursor.event', { seq: after });
}

/** That of a purged session is the owner's still, while the log has its end. */
function isOwn({ db, owner }: Parts, feed: Feed): boolean {
  if (feed === '*' || feed === QUEUE_FEED) return true;
  const session = findSession(db, feed);
  if (session) return session.owner === owner;
  return eventsAfter(db, owner, feed, 0, 1).length > 0;
}

/** The next events of a feed. Throws as {@link requireFeed}. */
export function eventPage(parts: Parts, { feed, after }: { feed: Feed; after: number }): EventPage {
  requireFeed(parts, feed, after);
  return {
    events: eventsAfter(parts.db, parts.owner, feed, after, ROWS).map((row) => eventFor(parts.owner, row)),
  };
}
