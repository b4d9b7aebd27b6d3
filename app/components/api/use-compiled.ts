/**
 * What the message in the composer comes to, as it is typed. Compiled on the page; only a mention that this session does
 * not know is asked of the server, which knows the other sessions.
 */
import { useQuery } from '@tanstack/react-query';
import { useMemo } from 'react';
import type { ContextResult } from '../../../studio/protocol.ts';
import type { Draft } from '../state/drafts.ts';
import { compileIntent, type Intent, turnByHand } from '../state/intent.ts';
import type { SessionState } from '../state/session-state.ts';
import { pause } from './pause.ts';
import { compileTurn } from './routes.ts';

const TYPING_PAUSE_MS = 250;

export function useCompiled(
  draft: Draft,
  intent: Intent,
  state: SessionState | null,
  maxInputs: number | undefined,
): ContextResult {
  const local = useMemo(
    () => compileIntent(draft, intent, state, maxInputs),
    [draft, intent, state, maxInputs],
  );
  const sessionId = state?.session.id ?? '';
  const body = turnByHand(draft, intent);
  const notes = local.ok ? local.context.warnings : local.problems;
  const isForeign = notes.some(({ code }) => code === 'unknown_mention');
  const enabled = isForeign && sessionId !== '';
  // Without an answer the page's own result stands, which says that the mention is not known.
  const { data } = useQuery({
    queryKey: ['context', sessionId, body],
    queryFn: async ({ signal }) => {
      await pause(TYPING_PAUSE_MS, signal);
      return compileTurn(sessionId, body, signal);
    },
    enabled,
    gcTime: 0,
  });
  return enabled && data ? data : local;
}
