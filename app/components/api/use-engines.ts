/** The engines of the server: asked often while one of them starts or is away, rarely otherwise. */
import { useQuery, useQueryClient } from '@tanstack/react-query';
import { useCallback } from 'react';
import type { EngineList } from '../../../studio/protocol.ts';
import { listEngines } from './routes.ts';

const KEY = ['engines'] as const;
const SETTLED_POLL_MS = 5_000;
const WAITING_POLL_MS = 1_000;

/** Null until the server has answered; what it said last while it is away. */
export function useEngines(): EngineList | null {
  const { data = null } = useQuery({
    queryKey: KEY,
    queryFn: listEngines,
    refetchInterval: ({ state }) => (isSettled(state.data) ? SETTLED_POLL_MS : WAITING_POLL_MS),
    refetchOnWindowFocus: 'always',
  });
  return data;
}

/** Asks again at once, such as after a change. */
export function useRefreshEngines(): () => Promise<void> {
  const client = useQueryClient();
  return useCallback(() => client.invalidateQueries({ queryKey: KEY }), [client]);
}

function isSettled(list: EngineList | undefined): boolean {
  return (
    list !== undefined && list.engines.every(({ standing }) => standing !== 'starting' && standing !== 'away')
  );
}
