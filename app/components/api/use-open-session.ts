/**
 * The open session: its snapshot is loaded and cached, its events are put on top, and so is what commands answered.
 * A session that was just made is adopted, so that the first message does not wait for another request.
 */
import { queryOptions, skipToken, useQuery, useQueryClient } from '@tanstack/react-query';
import { useCallback, useEffect } from 'react';
import type { MessageView, SessionSnapshot, TurnView } from '../../../studio/protocol.ts';
import { leaveTurn } from '../state/address.ts';
import {
  addMessage,
  addTurn,
  applyEvents,
  fromSnapshot,
  type SessionState,
  withSnapshot,
} from '../state/session-state.ts';
import { ApiError } from './request.ts';
import { openSession } from './routes.ts';
import { useFeed } from './use-feed.ts';

/** Why a session is not shown. A deleted one can be brought back. */
export type Failure = 'missing' | 'deleted' | 'failed';

export interface OpenSession {
  state: SessionState | null;
  status: 'none' | 'loading' | 'open' | Failure;
  /** False after the socket was lost, until it is back. */
  connected: boolean;
  /** The state as it is at the moment of the call, for a command that was offered some time ago. */
  newest: () => SessionState | null;
  adopt: (snapshot: SessionSnapshot) => void;
  /** Puts the turn that the reader just asked for into its session; an older turn is taken out of the address. */
  add: (sessionId: string, turn: TurnView) => void;
  /** Puts the message that the reader just sent into its session, with the turns that it made. */
  addMessage: (sessionId: string, message: MessageView, turns: readonly TurnView[]) => void;
  reload: () => void;
}

const sessionKey = (id: string | null) => ['session', id] as const;

const sessionQuery = (id: string | null) =>
  queryOptions({
    queryKey: sessionKey(id),
    queryFn:
      id === null
        ? skipToken
        : async ({ client }) => {
            const snapshot = await openSession(id);
            return withSnapshot(client.getQueryData<SessionState>(sessionKey(id)), snapshot);
          },
    staleTime: Number.POSITIVE_INFINITY,
    // Comparing a long session in depth with each event would cost more than drawing it.
    structuralSharing: false,
  });

export function useOpenSession(sessionId: string | null): OpenSession {
  const client = useQueryClient();
  const { data = null, error, isFetching, refetch } = useQuery(sessionQuery(sessionId));

  const change = useCallback(
    (id: string | null, next: (before: SessionState) => SessionState) =>
      client.setQueryData<SessionState>(sessionKey(id), (before) => before && next(before)),
    [client],
  );
  const connected = useFeed({
    feed: sessionId,
    after: data?.seq,
    onEvents: (events) => change(sessionId, (before) => applyEvents(before, events)),
  });

  // Nobody follows the events of a session that was left, so what is cached of it is old when it is opened again.
  useEffect(
    () => () => {
      client.invalidateQueries({ queryKey: sessionKey(sessionId), refetchType: 'none' });
    },
    [client, sessionId],
  );

  const adopt = useCallback(
    (snapshot: SessionSnapshot) => {
      client.setQueryData(sessionKey(snapshot.session.id), fromSnapshot(snapshot));
    },
    [client],
  );
  const add = useCallback(
    (id: string, turn: TurnView) => {
      leaveTurn();
      change(id, (before) => addTurn(before, turn));
    },
    [change],
  );
  const addAnswer = useCallback(
    (id: string, message: MessageView, turns: readonly TurnView[]) => {
      leaveTurn();
      change(id, (before) => turns.reduce(addTurn, addMessage(before, message)));
    },
    [change],
  );
  const newest = useCallback(
    () => client.getQueryData<SessionState>(sessionKey(sessionId)) ?? null,
    [client, sessionId],
  );
  const reload = useCallback(() => void refetch(), [refetch]);
  const status = sessionId === null ? 'none' : statusOf(data, error, isFetching);
  return {
    ...{ state: status === 'open' ? data : null, status, connected },
    ...{ newest, adopt, add, addMessage: addAnswer, reload },
  };
}

function statusOf(
  data: SessionState | null,
  error: Error | null,
  isFetching: boolean,
): OpenSession['status'] {
  const failure = error && failureOf(error);
  if (failure && !(failure === 'failed' && data)) return failure;
  if (!data) return 'loading';
  if (!data.deleted) return 'open';
  // A deleted session that is opened again may have been restored.
  return isFetching ? 'loading' : 'deleted';
}

function failureOf(error: Error): Failure {
  if (!(error instanceof ApiError) || error.status !== 404) return 'failed';
  return error.code === 'deleted_session' ? 'deleted' : 'missing';
}
