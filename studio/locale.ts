/**
 * Which language a page is written in: the one that was chosen, else the best of those the browser asks for.
 * Pure; the choice itself is a cookie, because the server writes the first page.
 */
import Negotiator from 'negotiator';

export const LOCALES = ['en', 'zh'] as const;
export type Locale = (typeof LOCALES)[number];

export const LOCALE_COOKIE = 'language';

/** Value of the `lang` attribute. */
export const HTML_LANG: Record<Locale, string> = { en: 'en', zh: 'zh-CN' };

/** The language of the cookie if it is one of ours, else by the weights of `Accept-Language`, else English. */
export function pickLocale(chosen: string | undefined, acceptLanguage: string | null): Locale {
  const known = LOCALES.find((locale) => locale === chosen);
  if (known) return known;
  const asked = new Negotiator({ headers: { 'accept-language': acceptLanguage ?? '' } });
  return (asked.language([...LOCALES]) as Locale | undefined) ?? 'en';
}
