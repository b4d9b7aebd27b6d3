/**
 * The message in the composer as it is typed: the draft, what is meant by it, what it comes to, how its words are read, and in which
 * words it is drawn.
 */
import { useQuery } from '@tanstack/react-query';
import { useMemo } from 'react';
import type { Plan } from '../../../studio/agent/actions.ts';
import type { Knows } from '../../../studio/known.ts';
import type { ContextResult } from '../../../studio/protocol.ts';
import type { TurnMode } from '../../../studio/vocabulary.ts';
import { type Draft, isByHand, useDraft } from '../state/drafts.ts';
import { type Intent, resolveIntent, turnBody } from '../state/intent.ts';
import type { SessionState } from '../state/session-state.ts';
import { pause } from './pause.ts';
import { getLanguage, planMessage, wordPrompt } from './routes.ts';
import { useCompiled } from './use-compiled.ts';
import { useReading } from './use-reading.ts';

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
  knows: Knows | null,
): NextMessage {
  const draft = useDraft(sessionId);
  const meant = useMemo(() => resolveIntent(draft, state), [draft, state]);
  const wording = useWording(draft, meant.mode, sessionId, knows);
  const intent = useMemo(() => ({ ...meant, wording }), [meant, wording]);
  const compiled = useCompiled(draft, intent, state, maxInputs);
  const understood = useUnderstood(draft, intent, state);
  return { draft, intent, compiled, understood };
}

/**
 * How the words are read by the fixed rules of the server; nothing is stored. Null where they are the turn that the composer shows
 * anyway, where something of the turn was chosen by hand, and where a language model will read them: each of its answers costs.
 */
function useUnderstood(draft: Draft, intent: Intent, state: SessionState | null): Plan | null {
  const sessionId = state?.session.id ?? '';
  const text = draft.text.trim();
  const wanted = sessionId !== '' && text !== '' && !isByHand(draft);
  const { data: view } = useQuery({ queryKey: ['language'], queryFn: getLanguage, enabled: wanted });
  const enabled = wanted && view?.language === null;
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

/** Longer than for our own rules: each answer of a language model costs. */
const WORDING_PAUSE_MS = 1_000;

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
  const reading = useReading(enhance ? knows : null);
  const byRules = useMemo(
    () => (isOn && reading ? reading.wordingOf(prompt, knows, mode) : null),
    [isOn, reading, prompt, knows, mode],
  );
  const { data: view } = useQuery({ queryKey: ['language'], queryFn: getLanguage, enabled: isOn });
  const { data: worded } = useQuery({
    queryKey: ['wording', sessionId, prompt, mode, model],
    queryFn: async ({ signal }) => {
      await pause(WORDING_PAUSE_MS, signal);
      return wordPrompt(sessionId!, { prompt, mode, ...(model !== null && { model }) }, signal);
    },
    enabled: isOn && sessionId !== null && view?.language != null,
    staleTime: Number.POSITIVE_INFINITY,
    retry: false,
  });
  const wording = isOn ? (worded?.wording ?? byRules) : null;
  return wording === prompt ? null : wording;
}
