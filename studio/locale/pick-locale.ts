/** Which language a page is written in: the one that was chosen, else the best of those that the browser asks for. Pure. */
import Negotiator from 'negotiator';
import { LOCALES, type Locale } from './locale.ts';

/** The language of the cookie if it is one of ours, else by the weights of `Accept-Language`, else English. */
export function pickLocale(chosen: string | undefined, acceptLanguage: string | null): Locale {
  const known = LOCALES.find((locale) => locale === chosen);
  if (known) return known;
  const asked = new Negotiator({ headers: { 'accept-language': acceptLanguage ?? '' } });
  return (asked.language([...LOCALES]) as Locale | undefined) ?? 'en';
}
