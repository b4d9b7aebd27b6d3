/** The words of refusals, notes and failed jobs in the reader's language, from the catalogue that the page reads too. */
import { createTranslator } from 'use-intl/core';
import en from '../messages/en.json' with { type: 'json' };
import zh from '../messages/zh.json' with { type: 'json' };
import type { Locale } from '../studio/locale/locale.ts';
import { keyOf, type Wording } from '../studio/refusal.ts';

/** A translator by any key: the keys come from the rules and from stored jobs. */
type Translator = {
  (key: string, values: Record<string, string | number>): string;
  has(key: string): boolean;
};

function translatorOf(
  locale: Locale,
  { refusal, failure }: Pick<typeof en, 'refusal' | 'failure'>,
): Translator {
  const onError = (error: Error) => {
    throw error;
  };
  return createTranslator({ locale, messages: { refusal, failure }, onError }) as unknown as Translator;
}

const TRANSLATORS = { en: translatorOf('en', en), zh: translatorOf('zh', zh) };

/** The message of a refusal or a note. Throws where the catalogue has no such message, or its values are missing. */
export function refusalText(wording: Wording, locale: Locale = 'en'): string {
  return TRANSLATORS[locale](`refusal.${keyOf(wording)}`, { ...wording.params });
}

/** The English sentence of a failure that is the server's own, as the job's row keeps it. */
export function failureSentence(code: keyof typeof en.failure, attempts = 0): string {
  return TRANSLATORS.en(`failure.${code}`, { attempts });
}

/**
 * The message of a job that failed. The row keeps the English sentence with all its details. Another language has a sentence for
 * each code of the server's own; a code of the engine keeps the English one.
 */
export function failureText(
  { code, message }: { code: string; message: string },
  attempts: number,
  locale: Locale = 'en',
): string {
  const key = `failure.${code}`;
  const translate = TRANSLATORS[locale];
  return locale === 'en' || !translate.has(key) ? message : translate(key, { attempts });
}
