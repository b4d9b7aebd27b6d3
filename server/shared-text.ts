/** The words of a session's page that is read without the studio, in the reader's language, from the catalogue that the page reads too. */
import { createTranslator } from 'use-intl/core';
import en from '../messages/en.json' with { type: 'json' };
import zh from '../messages/zh.json' with { type: 'json' };
import type { Locale } from '../studio/locale/locale.ts';

type Translator = (
  key: `shared.${keyof typeof en.shared}`,
  values?: Record<string, string | number>,
) => string;

function translatorOf(locale: Locale, { shared }: Pick<typeof en, 'shared'>): Translator {
  const onError = (error: Error) => {
    throw error;
  };
  return createTranslator({
    locale,
    messages: { shared },
    onError,
  }) as unknown as Translator;
}

const TRANSLATORS = { en: translatorOf('en', en), zh: translatorOf('zh', zh) };

/** Sentences of the namespace `shared`. They throw where the catalogue has none of a key, or its values are missing. */
export function sharedText(locale: Locale): Translator {
  return TRANSLATORS[locale];
}
