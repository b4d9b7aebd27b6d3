'use client';
/** The list in the left column: asked once and when the tab returns, in between kept true by the open session. */
import { useCallback, useEffect, useState } from 'react';
import type { SessionView } from '../../protocol.ts';
import { listSessions } from './api.ts';

export interface SessionList {
  /** `null` until the first answer. */
  sessions: SessionView[] | null;
  refresh: () => void;
  /** Puts the newest view of one session into the list. */
  upsert: (session: SessionView) => void;
  remove: (sessionId: string) => void;
}

function newestFirst(sessions: SessionView[]): SessionView[] {
  return sessions.toSorted((a, b) => b.updatedAt - a.updatedAt);
}

export function useSessions(): SessionList {
  const [sessions, setSessions] = useState<SessionView[] | null>(null);

  const refresh = useCallback(() => {
    listSessions().then(
      (answer) => setSessions(newestFirst(answer)),
      () => {}, // Offline is shown by the health of the server; the list stays as it was.
    );
  }, []);

  const upsert = useCallback((session: SessionView) => {
    setSessions((before) => newestFirst([...(before ?? []).filter(({ id }) => id !== session.id), session]));
  }, []);

  const remove = useCallback((sessionId: string) => {
    setSessions((before) => before?.filter(({ id }) => id !== sessionId) ?? null);
  }, []);

  useEffect(() => {
    refresh();
    addEventListener('focus', refresh);
    addEventListener('online', refresh);
    return () => {
      removeEventListener('focus', refresh);
      removeEventListener('online', refresh);
    };
  }, [refresh]);

  return { sessions, refresh, upsert, remove };
}
