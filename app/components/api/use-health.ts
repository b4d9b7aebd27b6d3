'use client';
/** Asks `/api/health`: often while the server is away or loading, rarely once it is ready, at once when the tab returns. */
import { useEffect, useState } from 'react';
import type { ModelInfo } from '../../../engine/index.ts';
import type { Health } from '../../../studio/protocol.ts';
import { getHealth } from './routes.ts';

export interface HealthState {
  status: 'checking' | 'loading' | 'ready' | 'restarting' | 'failed' | 'offline';
  model: ModelInfo | null;
  /** Why the model could not be loaded. */
  reason?: string;
}

const READY_POLL_MS = 4_000;
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
      const next = read(answer);
      setHealth((before) => {
        const model = next.model ?? before.model;
        const same = before.status === next.status && before.model?.digest === model?.digest;
        return same ? before : { ...next, model };
      });
      clearTimeout(timer);
      timer = setTimeout(ask, next.status === 'ready' ? READY_POLL_MS : WAITING_POLL_MS);
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

function read(answer: Health | null): HealthState {
  if (!answer || answer.state === 'closed') return { status: 'offline', model: null };
  return { status: answer.state, model: answer.model, reason: answer.error?.message };
}
