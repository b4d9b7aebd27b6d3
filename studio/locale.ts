/**
 * Which language a page is written in: the one that was chosen, else the best of those the browser asks for.
 * Pure; the choice itself is a cookie, because the server writes the first page.
 */
export const LOCALES = ['en', 'zh'] as const;
export type Locale = (typeof LOCALES)[number];

export const LOCALE_COOKIE = 'language';

/** Value of the `lang` attribute. */
export const HTML_LANG: Record<Locale, string> = { en: 'en', zh: 'zh-CN' };

/** The language of the cookie if it is one of ours, else by the weights of `Accept-Language`, else English. */
export function pickLocale(chosen: string | undefined, acceptLanguage: string | null): Locale {
  const known = LOCALES.find((locale) => locale === chosen);
  return known ?? preferred(acceptLanguage ?? '') ?? 'en';
}

function preferred(acceptLanguage: string): Locale | undefined {
  const wanted = acceptLanguage.split(',').map((entry) => {
    const [tag = '', weight = 'q=1'] = entry.split(';').map((part) => part.trim().toLowerCase());
    return { tag, weight: Number.parseFloat(weight.replace('q=', '')) || 0 };
  });
  const ranked = wanted.filter(({ weight }) => weight > 0).sort((a, b) => b.weight - a.weight);
  for (const { tag } of ranked) {
    const locale = LOCALES.find((each) => tag === each || tag.startsWith(`${each}-`));
    if (locale) return locale;
  }
  return undefined;
}
