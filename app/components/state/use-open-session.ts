'use client';
/**
 * The open session: loads its snapshot, follows its events, and takes in what commands answered.
 * A session that was just made is adopted, so that the first message does not wait for another request.
 */
import { useCallback, useEffect, useReducer, useState } from 'react';
import type { NodeView, SessionEvent, SessionSnapshot } from '../../protocol.ts';
import { ApiError, openSession } from './api.ts';
import { openEventSocket } from './event-socket.ts';
import { addNode, applyEvents, fromSnapshot, type SessionState } from './session-state.ts';

type Action =
  | { type: 'opened'; snapshot: SessionSnapshot }
  | { type: 'events'; events: SessionEvent[] }
  | { type: 'node'; node: NodeView };

function reduce(state: SessionState | null, action: Action): SessionState | null {
  if (action.type === 'opened') return fromSnapshot(action.snapshot);
  if (!state) return state;
  return action.type === 'events' ? applyEvents(state, action.events) : addNode(state, action.node);
}

export interface OpenSession {
  state: SessionState | null;
  status: 'none' | 'loading' | 'open' | 'missing' | 'failed';
  /** False after the socket was lost, until it is back. */
  connected: boolean;
  adopt: (snapshot: SessionSnapshot) => void;
  add: (node: NodeView) => void;
  reload: () => void;
}

export function useOpenSession(sessionId: string | null): OpenSession {
  const [held, dispatch] = useReducer(reduce, null);
  const [failure, setFailure] = useState<{ sessionId: string; missing: boolean } | null>(null);
  const [connected, setConnected] = useState(true);
  const [attempt, setAttempt] = useState(0);
  const state = held?.session.id === sessionId ? held : null;
  const opened = state !== null;
  const failed = failure !== null && failure.sessionId === sessionId;

  // biome-ignore lint/correctness/useExhaustiveDependencies: `attempt` asks again after a failure.
  useEffect(() => {
    if (sessionId === null || opened) return;
    let current = true;
    openSession(sessionId).then(
      (snapshot) => {
        if (!current) return;
        setFailure(null);
        dispatch({ type: 'opened', snapshot });
      },
      (error: unknown) => {
        if (!current) return;
        setFailure({ sessionId, missing: error instanceof ApiError && error.status === 404 });
      },
    );
    return () => {
      current = false;
    };
  }, [sessionId, opened, attempt]);

  // biome-ignore lint/correctness/useExhaustiveDependencies: the socket keeps its own place after `seq`.
  useEffect(() => {
    if (!state) return;
    return openEventSocket({
      feed: state.session.id,
      after: state.seq,
      onEvents: (events) => dispatch({ type: 'events', events }),
      onConnected: setConnected,
    });
  }, [sessionId, opened]);

  const adopt = useCallback((snapshot: SessionSnapshot) => dispatch({ type: 'opened', snapshot }), []);
  const add = useCallback((node: NodeView) => dispatch({ type: 'node', node }), []);
  const reload = useCallback(() => setAttempt((before) => before + 1), []);
  const status = statusOf(sessionId, opened, failed ? failure : null);
  return { state, status, connected, adopt, add, reload };
}

function statusOf(
  sessionId: string | null,
  opened: boolean,
  failure: { missing: boolean } | null,
): OpenSession['status'] {
  if (sessionId === null) return 'none';
  if (opened) return 'open';
  if (!failure) return 'loading';
  return failure.missing ? 'missing' : 'failed';
}
