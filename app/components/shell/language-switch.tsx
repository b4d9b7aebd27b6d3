/** The switch of the language, named in the other one's words. The choice is a cookie, because the server writes the first page. */
import { useRouter } from 'next/navigation';
import { useLocale, useTranslations } from 'next-intl';
import { HTML_LANG, LOCALE_COOKIE, type Locale } from '../../../studio/locale/locale.ts';
import { keepCookie } from '../state/cookie.ts';

export function LanguageSwitch() {
  const t = useTranslations();
  const other: Locale = useLocale() === 'en' ? 'zh' : 'en';
  const router = useRouter();

  function change() {
    keepCookie(LOCALE_COOKIE, other);
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
