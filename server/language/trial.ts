/** A short question to the language model, to see whether it answers. */
import type { LanguageTrial } from '../../studio/protocol.ts';
import { Refusal } from '../../studio/refusal.ts';
import { KeyError } from '../engines/engine-key.ts';
import type { Language } from './language.ts';

/** Asks. Throws {@link Refusal} where none is named. */
export async function tryLanguage(language: Language): Promise<LanguageTrial> {
  const { entry } = language;
  if (!entry) throw new Refusal('not_now.no_language', {});
  let key: string | undefined;
  try {
    key = language.key();
  } catch (error) {
    if (!(error instanceof KeyError)) throw error;
    return { words: '', calls: [], failure: 'refused' };
  }
  const { ask } = await import('./ask.ts');
  const { words, calls, failure } = await ask({
    ...{ entry, key, purpose: 'trial', signal: language.closing },
    instructions: 'You are tried out. Answer in one short sentence.',
    content: 'Say hello.',
  });
  return { words, calls, failure: failure ?? (words === '' ? 'empty' : null) };
}
