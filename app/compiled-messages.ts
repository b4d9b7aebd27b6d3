/**
 * The texts of the page, compiled where the page is made: readers get what is left of a message, not the compiler of ICU's
 * language (13 kB of their scripts). `next.config.ts` takes the compiler out of what they load.
 */
import compile from 'icu-minify/compile';
import type { AbstractIntlMessages } from 'next-intl';
import type { Locale } from '../studio/locale/locale.ts';

interface Compiled {
  [key: string]: ReturnType<typeof compile> | Compiled;
}
interface Texts {
  [key: string]: string | Texts;
}

const compiled = new Map<Locale, AbstractIntlMessages>();

export async function compiledMessages(locale: Locale): Promise<AbstractIntlMessages> {
  const before = compiled.get(locale);
  if (before) return before;
  const { default: texts } = await import(`../messages/${locale}.json`);
  // What goes to a reader is JSON: the compiler's objects, which have no prototype, would be refused. Its type knows the texts only.
  const messages = JSON.parse(JSON.stringify(compiledAll(texts))) as AbstractIntlMessages;
  compiled.set(locale, messages);
  return messages;
}

function compiledAll(texts: Texts): Compiled {
  return Object.fromEntries(
    Object.entries(texts).map(([key, text]) => [
      key,
      typeof text === 'string' ? compile(text) : compiledAll(text),
    ]),
  );
}
