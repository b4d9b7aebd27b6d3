/** A prompt in words that the drawing model understands best: by the language model where one is named, else by the model's list. */
import type { z } from 'zod';
import type { WordingAnswer, wordingSchema } from '../../studio/protocol.ts';
import { wordingOf } from '../../studio/wording/wording.ts';
import { reword } from '../language/reword.ts';
import type { Runtime } from '../runtime.ts';
import { requireSession } from '../turns/sessions.ts';
import { engineOfTurn } from '../turns/turn-engine.ts';

/** Nothing is stored. Throws {@link Refusal} `unknown_session`, `model_not_found`. */
export async function wordPrompt(
  parts: Runtime,
  sessionId: string,
  { prompt, mode, model }: z.output<typeof wordingSchema>,
): Promise<WordingAnswer> {
  requireSession(parts, sessionId);
  const { knows } = parts.knownOf(engineOfTurn(parts, sessionId, model));
  const byRules = wordingOf(prompt, knows, mode);
  if (!parts.language.entry || prompt.trim() === '')
    return { wording: byRules, model: null, calls: [], failure: null };
  const { wording, ...read } = await reword(parts.language, { prompt, mode, knows });
  return wording === undefined ? { ...read, wording: byRules, model: null } : { ...read, wording };
}
