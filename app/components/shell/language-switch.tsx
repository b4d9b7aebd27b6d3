/** The switch of the language, named in the other one's words. The choice is a cookie, because the server writes the first page. */
import { useRouter } from 'next/navigation';
import { useLocale, useTranslations } from 'next-intl';
import { HTML_LANG, LOCALE_COOKIE, type Locale } from '../../../studio/locale.ts';

const ONE_YEAR_S = 31_536_000;

export function LanguageSwitch() {
  const t = useTranslations();
  const other: Locale = useLocale() === 'en' ? 'zh' : 'en';
  const router = useRouter();

  function change() {
    // biome-ignore lint/suspicious/noDocumentCookie: CookieStore is missing in Firefox and without HTTPS.
    document.cookie = `${LOCALE_COOKIE}=${other}; path=/; max-age=${ONE_YEAR_S}; samesite=lax`;
    router.refresh();
  }

  return (
    <button
      type="button"
      lang={HTML_LANG[other]}
      onClick={change}
      className="h-9 rounded-lg px-2.5 text-sm text-soft transition-colors hover:bg-wash hover:text-ink"
    >
      {t('shell.otherLanguage')}
    </button>
  );
}
