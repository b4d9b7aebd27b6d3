/**
 * The message in words that the model understands best, where that is switched on: by the model's own list as it is typed, and by the
 * language model, where one is named, once typing stops. What stands here is what is shown and sent.
 */
import { useQuery } from '@tanstack/react-query';
import { useMemo } from 'react';
import type { Knows } from '../../../studio/known.ts';
import type { TurnMode } from '../../../studio/vocabulary.ts';
import { wordingOf } from '../../../studio/wording/wording.ts';
import type { Draft } from '../state/drafts.ts';
import { pause } from './pause.ts';
import { getLanguage, wordPrompt } from './routes.ts';

/** Longer than between words: each answer of a language model costs. */
const TYPING_PAUSE_MS = 1_000;

/** Null where the text is sent as it was typed. */
export function useWording(
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
