'use client';
/**
 * The open session: loads its snapshot, follows its events, and takes in what commands answered.
 * A session that was just made is adopted, so that the first message does not wait for another request.
 */
import { useCallback, useEffect, useReducer, useState } from 'react';
import type { SessionEvent, SessionSnapshot, TurnView } from '../../../studio/protocol.ts';
import { leaveTurn } from '../state/address.ts';
import { addTurn, applyEvents, fromSnapshot, type SessionState } from '../state/session-state.ts';
import { openEventSocket } from './event-socket.ts';
import { ApiError, openSession } from './routes.ts';

type Action =
  | { type: 'opened'; snapshot: SessionSnapshot }
  | { type: 'events'; events: SessionEvent[] }
  | { type: 'turn'; turn: TurnView }
  | { type: 'left' };

function reduce(state: SessionState | null, action: Action): SessionState | null {
  if (action.type === 'opened') return fromSnapshot(action.snapshot);
  if (!state) return state;
  // Coming back to a deleted session means that it was restored: it is asked for anew.
  if (action.type === 'left') return state.deleted ? null : state;
  return action.type === 'events' ? applyEvents(state, action.events) : addTurn(state, action.turn);
}

/** Why a session is not shown. A deleted one can be brought back. */
export type Failure = 'missing' | 'deleted' | 'failed';

export interface OpenSession {
  state: SessionState | null;
  status: 'none' | 'loading' | 'open' | Failure;
  /** False after the socket was lost, until it is back. */
  connected: boolean;
  adopt: (snapshot: SessionSnapshot) => void;
  /** Takes in what the reader just asked for; an older turn in the address is let go of. */
  add: (turn: TurnView) => void;
  reload: () => void;
}

export function useOpenSession(sessionId: string | null): OpenSession {
  const [held, dispatch] = useReducer(reduce, null);
  const [failure, setFailure] = useState<{ sessionId: string; why: Failure } | null>(null);
  const [connected, setConnected] = useState(true);
  const [attempt, setAttempt] = useState(0);
  const here = held?.session.id === sessionId ? held : null;
  const opened = here !== null;

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
        setFailure({ sessionId, why: failureOf(error) });
      },
    );
    return () => {
      current = false;
    };
  }, [sessionId, opened, attempt]);

  // biome-ignore lint/correctness/useExhaustiveDependencies: the socket keeps its own place after `seq`.
  useEffect(() => {
    if (!here) return;
    return openEventSocket({
      feed: here.session.id,
      after: here.seq,
      onEvents: (events) => dispatch({ type: 'events', events }),
      onConnected: setConnected,
    });
  }, [sessionId, opened]);

  // biome-ignore lint/correctness/useExhaustiveDependencies: leaving the session is the reason.
  useEffect(() => () => dispatch({ type: 'left' }), [sessionId]);

  const adopt = useCallback((snapshot: SessionSnapshot) => dispatch({ type: 'opened', snapshot }), []);
  const add = useCallback((turn: TurnView) => {
    leaveTurn();
    dispatch({ type: 'turn', turn });
  }, []);
  const reload = useCallback(() => setAttempt((before) => before + 1), []);
  const state = here?.deleted ? null : here;
  const status = statusOf(sessionId, here, failure);
  return { state, status, connected, adopt, add, reload };
}

function failureOf(error: unknown): Failure {
  if (!(error instanceof ApiError) || error.status !== 404) return 'failed';
  return error.code === 'deleted_session' ? 'deleted' : 'missing';
}

function statusOf(
  sessionId: string | null,
  here: SessionState | null,
  failure: { sessionId: string; why: Failure } | null,
): OpenSession['status'] {
  if (sessionId === null) return 'none';
  if (here) return here.deleted ? 'deleted' : 'open';
  return failure?.sessionId === sessionId ? failure.why : 'loading';
}
