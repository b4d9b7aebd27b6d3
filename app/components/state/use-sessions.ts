'use client';
/**
 * The sessions of the left column, page by page, kept true by the `session.*` events of all sessions. Archived ones are a
 * list of their own, asked for when it is opened.
 */
import { useCallback, useEffect, useRef, useState } from 'react';
import type { SessionEvent, SessionView } from '../../protocol.ts';
import { listSessions, type SessionListState } from './api.ts';
import { openEventSocket } from './event-socket.ts';

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

const RETRY_MS = 1_500;

function belongs(session: SessionView, state: SessionListState): boolean {
  return (session.archivedAt !== null) === (state === 'archived');
}

function withEvents(
  sessions: SessionView[],
  events: readonly SessionEvent[],
  state: SessionListState,
): SessionView[] {
  const byId = new Map(sessions.map((session) => [session.id, session]));
  for (const { type, payload } of events) {
    if (type === 'session.deleted' || type === 'session.purged') byId.delete(payload.session.id);
    else if (type === 'session.created' || type === 'session.updated' || type === 'session.restored') {
      if (belongs(payload.session, state)) byId.set(payload.session.id, payload.session);
      else byId.delete(payload.session.id);
    }
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
