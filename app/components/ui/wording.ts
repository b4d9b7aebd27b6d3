/** Notes about a turn, and why a job failed, in the words of the chosen language. */
import type { ContextNote, JobView } from '../../../studio/protocol.ts';
import { keyOf, type Wording } from '../../../studio/refusal.ts';
import type { Translator } from './translator.ts';

/** The words of a problem or a warning. Every note that the rules can make has its message in the catalogue. */
export function noteText(t: Translator, note: ContextNote): string {
  return wordingText(t, note);
}

/** The words of a refusal that was stored as its code and its parameters. */
export function wordingText(t: Translator, wording: Wording): string {
  return t(`refusal.${keyOf(wording)}` as Key, wording.params);
}

/** The row keeps an English sentence with all its details; another language has one for each code of the server's own. */
export function failureText(t: Translator, locale: string, { error, attempt }: JobView): string | undefined {
  const key = `failure.${error?.code}` as Key;
  return error && locale !== 'en' && t.has(key) ? t(key, { attempts: attempt }) : error?.message;
}

/** A key that is put together from a code; the tests hold the catalogue to the list of codes. */
type Key = 'refusal.same_seed';
