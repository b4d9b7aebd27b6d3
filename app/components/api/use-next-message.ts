/** The message in the composer as it is typed: the draft, what is meant by it, what it comes to, and how its words are read. */
import { useQuery } from '@tanstack/react-query';
import { useMemo } from 'react';
import type { Plan } from '../../../studio/agent/actions.ts';
import type { ContextResult } from '../../../studio/protocol.ts';
import { type Draft, isByHand, useDraft } from '../state/drafts.ts';
import { type Intent, resolveIntent, turnBody } from '../state/intent.ts';
import type { SessionState } from '../state/session-state.ts';
import { pause } from './pause.ts';
import { planMessage } from './routes.ts';
import { useCompiled } from './use-compiled.ts';

const TYPING_PAUSE_MS = 250;

export interface NextMessage {
  draft: Draft;
  intent: Intent;
  compiled: ContextResult;
  /** What the words are understood as, where that is more than the turn. */
  understood: Plan | null;
}

export function useNextMessage(
  sessionId: string | null,
  state: SessionState | null,
  maxInputs: number | undefined,
): NextMessage {
  const draft = useDraft(sessionId);
  const intent = useMemo(() => resolveIntent(draft, state), [draft, state]);
  const compiled = useCompiled(draft, intent, state, maxInputs);
  const understood = useUnderstood(draft, intent, state);
  return { draft, intent, compiled, understood };
}

/**
 * How the words are read by the fixed rules of the server; nothing is stored. Null where they are the turn that the composer shows
 * anyway, and where something of the turn was chosen by hand.
 */
function useUnderstood(draft: Draft, intent: Intent, state: SessionState | null): Plan | null {
  const sessionId = state?.session.id ?? '';
  const text = draft.text.trim();
  const enabled = sessionId !== '' && text !== '' && !isByHand(draft);
  const { data } = useQuery({
    queryKey: ['understood', sessionId, text, intent.mode, state?.session.headPictureId, state?.turns.length],
    queryFn: async ({ signal }) => {
      await pause(TYPING_PAUSE_MS, signal);
      return planMessage(sessionId, { text, turn: turnBody(draft, intent) }, signal);
    },
    enabled,
    gcTime: 0,
    retry: false,
  });
  return enabled && data && !data.isTurn ? data.plan : null;
}
