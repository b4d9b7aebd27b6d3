/** Notes about a turn, and why a job failed, in the words of the chosen language. */
import type { ContextNote, JobView } from '../../../studio/protocol.ts';
import { keyOf } from '../../../studio/refusal.ts';
import type { Translator } from './translator.ts';

/** The words of a problem or a warning. Every note that the rules can make has its message in the catalogue. */
export function noteText(t: Translator, note: ContextNote): string {
  return t(`refusal.${keyOf(note)}` as Key, note.params);
}

/** The row keeps an English sentence with all its details; another language has one for each code of the server's own. */
export function failureText(t: Translator, locale: string, { error, attempt }: JobView): string | undefined {
  const key = `failure.${error?.code}` as Key;
  return error && locale !== 'en' && t.has(key) ? t(key, { attempts: attempt }) : error?.message;
}

/** A key that is put together from a code; the tests hold the catalogue to the list of codes. */
type Key = 'refusal.same_seed';
