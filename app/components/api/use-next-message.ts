/** The message in the composer as it is typed: the draft, what is meant by it, and what it comes to. */
import { useMemo } from 'react';
import type { Knows } from '../../../studio/known.ts';
import type { ContextResult } from '../../../studio/protocol.ts';
import { type Draft, useDraft } from '../state/drafts.ts';
import { type Intent, resolveIntent } from '../state/intent.ts';
import type { SessionState } from '../state/session-state.ts';
import { useCompiled } from './use-compiled.ts';
import { useWording } from './use-wording.ts';

export interface NextMessage {
  draft: Draft;
  intent: Intent;
  compiled: ContextResult;
}

export function useNextMessage(
  sessionId: string | null,
  state: SessionState | null,
  maxInputs: number | undefined,
  knows: Knows | null,
): NextMessage {
  const draft = useDraft(sessionId);
  const meant = useMemo(() => resolveIntent(draft, state), [draft, state]);
  const wording = useWording(draft, meant.mode, sessionId, knows);
  const intent = useMemo(() => ({ ...meant, wording }), [meant, wording]);
  const compiled = useCompiled(draft, intent, state, maxInputs);
  return { draft, intent, compiled };
}
