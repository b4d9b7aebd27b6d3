'use client';
/**
 * The sessions of the left column, page by page, kept true by the `session.*` events of all sessions. Archived and deleted
 * ones are lists of their own, asked for when they are opened.
 */
import { useCallback, useEffect, useRef, useState } from 'react';
import type { SessionEvent, SessionView } from '../../../studio/protocol.ts';
import type { SessionListState } from '../../../studio/vocabulary.ts';
import { openEventSocket } from './event-socket.ts';
import { listSessions } from './routes.ts';

export interface SessionList {
  /** `null` until the first answer. */
  sessions: SessionView[] | null;
  /** False while the events cannot be followed. */
  connected: boolean;
  /** Asks for the next page; null when all are here. */
  more: (() => void) | null;
  /** Puts the newest view of one session into the list. */
  upsert: (session: SessionView) => void;
}

type SessionListEvent = Extract<SessionEvent, { payload: { session: SessionView } }>;

const RETRY_MS = 1_500;

/** The list that an event puts its session into; null for none, undefined where it says nothing of that. */
function listAfter({ type, payload }: SessionEvent): SessionListState | null | undefined {
  if (type === 'session.purged') return null;
  if (type === 'session.deleted') return 'deleted';
  if (type !== 'session.created' && type !== 'session.updated' && type !== 'session.restored')
    return undefined;
  return payload.session.archivedAt === null ? 'active' : 'archived';
}

function withEvents(
  sessions: SessionView[],
  events: readonly SessionEvent[],
  state: SessionListState,
): SessionView[] {
  const byId = new Map(sessions.map((session) => [session.id, session]));
  for (const event of events) {
    const list = listAfter(event);
    if (list === undefined) continue;
    const { session } = (event as SessionListEvent).payload;
    if (list === state) byId.set(session.id, session);
    else byId.delete(session.id);
  }
  return newestFirst([...byId.values()]);
}

function newestFirst(sessions: SessionView[]): SessionView[] {
  return sessions.toSorted((a, b) => b.updatedAt - a.updatedAt);
}

export function useSessions(state: SessionListState = 'active'): SessionList {
  const [sessions, setSessions] = useState<SessionView[] | null>(null);
  const [connected, setConnected] = useState(true);
  const [cursor, setCursor] = useState<string | null>(null);
  const asking = useRef(false);

  useEffect(() => {
    let close: (() => void) | undefined;
    let timer: ReturnType<typeof setTimeout> | undefined;
    let stopped = false;

    function load() {
      listSessions(state).then(
        (page) => {
          if (stopped) return;
          setSessions(newestFirst(page.sessions));
          setCursor(page.nextCursor ?? null);
          close = openEventSocket({
            feed: '*',
            after: page.seq,
            onEvents: (events) => setSessions((before) => withEvents(before ?? [], events, state)),
            onConnected: setConnected,
          });
        },
        () => {
          timer = setTimeout(load, RETRY_MS); // Why it failed is told by the health of the server.
        },
      );
    }

    load();
    return () => {
      stopped = true;
      clearTimeout(timer);
      close?.();
    };
  }, [state]);

  const more = useCallback(() => {
    if (cursor === null || asking.current) return;
    asking.current = true;
    listSessions(state, cursor).then(
      (page) => {
        asking.current = false;
        setCursor(page.nextCursor ?? null);
        setSessions((before) => {
          const known = new Set((before ?? []).map(({ id }) => id));
          return newestFirst([...(before ?? []), ...page.sessions.filter(({ id }) => !known.has(id))]);
        });
      },
      () => {
        asking.current = false; // Scrolling on asks again.
      },
    );
  }, [cursor, state]);

  const upsert = useCallback((session: SessionView) => {
    setSessions((before) => newestFirst([...(before ?? []).filter(({ id }) => id !== session.id), session]));
  }, []);

  return { sessions, connected, more: cursor === null ? null : more, upsert };
}
