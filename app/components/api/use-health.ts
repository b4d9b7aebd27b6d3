/** Asks `/api/health`: often while the server is away or loading, rarely once it is ready, at once when the tab returns. */
import { onlineManager, useQuery } from '@tanstack/react-query';
import { useEffect } from 'react';
import type { ModelInfo } from '../../../engine/index.ts';
import type { Health } from '../../../studio/protocol.ts';
import { getHealth } from './routes.ts';

export interface HealthState {
  status: 'checking' | 'loading' | 'ready' | 'restarting' | 'failed' | 'degraded' | 'offline';
  model: ModelInfo | null;
  /** Why the model could not be loaded, or nothing can be stored. */
  reason?: string;
  /** The engine that it is about, where there are several. */
  engine?: string;
}

const KEY = ['health'] as const;
const READY_POLL_MS = 4_000;
const WAITING_POLL_MS = 1_000;
const CHECKING: HealthState = { status: 'checking', model: null };

export function useHealth(): HealthState {
  const { data = CHECKING, refetch } = useQuery({
    queryKey: KEY,
    queryFn: async ({ client }) => {
      const answer = await getHealth().catch(() => null);
      return stateOf(answer, client.getQueryData<HealthState>(KEY)?.model ?? null);
    },
    refetchInterval: ({ state }) => (state.data?.status === 'ready' ? READY_POLL_MS : WAITING_POLL_MS),
    refetchIntervalInBackground: true,
    refetchOnWindowFocus: 'always',
  });
  useEffect(() => onlineManager.subscribe(() => void refetch()), [refetch]);
  return data;
}

/** The model that was there before is still named while the server is away. */
function stateOf(answer: Health | null, before: ModelInfo | null): HealthState {
  if (!answer || answer.state === 'closed') return { status: 'offline', model: before };
  return { status: answer.state, model: answer.model ?? before, reason: answer.error?.message };
}
