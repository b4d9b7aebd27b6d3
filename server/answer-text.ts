/** The words of answers and questions in the reader's language, from the catalogue that the page reads too. */
import { createTranslator } from 'use-intl/core';
import en from '../messages/en.json' with { type: 'json' };
import zh from '../messages/zh.json' with { type: 'json' };
import type { Locale } from '../studio/locale/locale.ts';

/** A translator by any key: the keys come from the rules. */
type Translator = (key: string, values: Record<string, string | number>) => string;

function translatorOf(locale: Locale, { agent }: Pick<typeof en, 'agent'>): Translator {
  const onError = (error: Error) => {
    throw error;
  };
  return createTranslator({ locale, messages: { agent }, onError }) as unknown as Translator;
}

const TRANSLATORS = { en: translatorOf('en', en), zh: translatorOf('zh', zh) };

/** A sentence of the namespace `agent`. Throws where the catalogue has none of this key, or its values are missing. */
export function answerText(key: string, params: Record<string, string | number>, locale: Locale): string {
  return TRANSLATORS[locale](`agent.${key}`, params);
}
