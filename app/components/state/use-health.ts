'use client';
/** Asks `/api/health`: often while the server is away or loading, rarely once it is ready, at once when the tab returns. */
import { useEffect, useState } from 'react';
import type { ModelInfo } from '../../../engine/index.ts';
import { getHealth } from './api.ts';

export interface HealthState {
  status: 'checking' | 'loading' | 'ready' | 'offline';
  model: ModelInfo | null;
}

const READY_POLL_MS = 20_000;
const WAITING_POLL_MS = 1_000;

export function useHealth(): HealthState {
  const [health, setHealth] = useState<HealthState>({ status: 'checking', model: null });

  useEffect(() => {
    let timer: ReturnType<typeof setTimeout> | undefined;
    let stopped = false;

    async function ask() {
      clearTimeout(timer);
      const answer = await getHealth().catch(() => null);
      if (stopped) return;
      const status = answer === null ? 'offline' : answer.ready ? 'ready' : 'loading';
      setHealth((before) => {
        const model = answer?.model ?? before.model;
        const same = before.status === status && before.model?.digest === model?.digest;
        return same ? before : { status, model };
      });
      timer = setTimeout(ask, status === 'ready' ? READY_POLL_MS : WAITING_POLL_MS);
    }

    const askWhenVisible = () => document.visibilityState === 'visible' && ask();
    ask();
    addEventListener('online', ask);
    addEventListener('offline', ask);
    document.addEventListener('visibilitychange', askWhenVisible);
    return () => {
      stopped = true;
      clearTimeout(timer);
      removeEventListener('online', ask);
      removeEventListener('offline', ask);
      document.removeEventListener('visibilitychange', askWhenVisible);
    };
  }, []);

  return health;
}
