'use client';
/** The list in the left column: asked once, then kept true by the `session.*` events of all sessions. */
import { useCallback, useEffect, useState } from 'react';
import type { SessionEvent, SessionView } from '../../protocol.ts';
import { listSessions } from './api.ts';
import { openEventSocket } from './event-socket.ts';

export interface SessionList {
  /** `null` until the first answer. */
  sessions: SessionView[] | null;
  /** False while the events cannot be followed. */
  connected: boolean;
  /** Puts the newest view of one session into the list. */
  upsert: (session: SessionView) => void;
}

const RETRY_MS = 1_500;

function withEvents(sessions: SessionView[], events: readonly SessionEvent[]): SessionView[] {
  const byId = new Map(sessions.map((session) => [session.id, session]));
  for (const { type, payload } of events) {
    if (type === 'session.deleted') byId.delete(payload.session.id);
    else if (type === 'session.created' || type === 'session.updated')
      byId.set(payload.session.id, payload.session);
  }
  return newestFirst([...byId.values()]);
}

function newestFirst(sessions: SessionView[]): SessionView[] {
  return sessions.toSorted((a, b) => b.updatedAt - a.updatedAt);
}

export function useSessions(): SessionList {
  const [sessions, setSessions] = useState<SessionView[] | null>(null);
  const [connected, setConnected] = useState(true);

  useEffect(() => {
    let close: (() => void) | undefined;
    let timer: ReturnType<typeof setTimeout> | undefined;
    let stopped = false;

    function load() {
      listSessions().then(
        (list) => {
          if (stopped) return;
          setSessions(newestFirst(list.sessions));
          close = openEventSocket({
            feed: '*',
            after: list.seq,
            onEvents: (events) => setSessions((before) => withEvents(before ?? [], events)),
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
  }, []);

  const upsert = useCallback((session: SessionView) => {
    setSessions((before) => newestFirst([...(before ?? []).filter(({ id }) => id !== session.id), session]));
  }, []);

  return { sessions, connected, upsert };
}
