/** The message in the composer as it is typed: the draft, what is meant by it, and what it comes to. */
import { useQuery } from '@tanstack/react-query';
import { useMemo } from 'react';
import type { Knows } from '../../../studio/known.ts';
import type { ContextResult } from '../../../studio/protocol.ts';
import type { TurnMode } from '../../../studio/vocabulary.ts';
import { wordingOf } from '../../../studio/wording/wording.ts';
import { type Draft, useDraft } from '../state/drafts.ts';
import { type Intent, resolveIntent } from '../state/intent.ts';
import type { SessionState } from '../state/session-state.ts';
import { pause } from './pause.ts';
import { getLanguage, wordPrompt } from './routes.ts';
import { useCompiled } from './use-compiled.ts';

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

/** Longer than between words: each answer of a language model costs. */
const TYPING_PAUSE_MS = 1_000;

/**
 * The message in words that the model understands best, where that is switched on: by the model's own list as it is typed, and by the
 * language model, where one is named, once typing stops. Null where the text is sent as it was typed.
 */
function useWording(
  { text, enhance, model }: Draft,
  mode: TurnMode,
  sessionId: string | null,
  knows: Knows | null,
): string | null {
  const prompt = text.trim();
  const isOn = enhance && prompt !== '';
  const byRules = useMemo(() => (isOn ? wordingOf(prompt, knows, mode) : null), [isOn, prompt, knows, mode]);
  const { data: view } = useQuery({ queryKey: ['language'], queryFn: getLanguage, enabled: isOn });
  const { data: worded } = useQuery({
    queryKey: ['wording', sessionId, prompt, mode, model],
    queryFn: async ({ signal }) => {
      await pause(TYPING_PAUSE_MS, signal);
      return wordPrompt(sessionId!, { prompt, mode, ...(model !== null && { model }) }, signal);
    },
    enabled: isOn && sessionId !== null && view?.language != null,
    staleTime: Number.POSITIVE_INFINITY,
    retry: false,
  });
  const wording = isOn ? (worded?.wording ?? byRules) : null;
  return wording === prompt ? null : wording;
}
