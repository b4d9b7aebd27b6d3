/** The languages that the studio speaks. Which of them a page is written in is a cookie, because the server writes the first page. */

export const LOCALES = ['en', 'zh'] as const;
export type Locale = (typeof LOCALES)[number];

export const LOCALE_COOKIE = 'language';

/** Value of the `lang` attribute. */
export const HTML_LANG: Record<Locale, string> = { en: 'en', zh: 'zh-CN' };
