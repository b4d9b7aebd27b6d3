'use client';
/** The other language, named in its own words. The choice is a cookie, because the server writes the first page. */
import { useRouter } from 'next/navigation';
import { use } from 'react';
import { LanguageContext, useStrings } from '../strings.ts';

const ONE_YEAR_S = 31_536_000;

export function LanguageSwitch() {
  const strings = useStrings();
  const other = use(LanguageContext) === 'en' ? 'zh' : 'en';
  const router = useRouter();

  function change() {
    // biome-ignore lint/suspicious/noDocumentCookie: CookieStore is missing in Firefox and without HTTPS.
    document.cookie = `language=${other}; path=/; max-age=${ONE_YEAR_S}; samesite=lax`;
    router.refresh();
  }

  return (
    <button
      type="button"
      lang={other === 'zh' ? 'zh-CN' : 'en'}
      onClick={change}
      className="h-9 rounded-[10px] px-2.5 text-[13px] text-soft transition-colors hover:bg-wash hover:text-ink"
    >
      {strings.otherLanguage}
    </button>
  );
}
