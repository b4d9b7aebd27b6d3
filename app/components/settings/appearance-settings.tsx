/** Language, theme and text size, of this browser. */
import { useRouter } from 'next/navigation';
import { useLocale, useTranslations } from 'next-intl';
import { useTheme } from 'next-themes';
import { useState, useSyncExternalStore } from 'react';
import { LOCALE_COOKIE, LOCALES, type Locale } from '../../../studio/locale/locale.ts';
import {
  pickTextSize,
  TEXT_SCALE,
  TEXT_SIZE_COOKIE,
  TEXT_SIZES,
  type TextSize,
} from '../../../studio/text-size.ts';
import { keepCookie } from '../state/cookie.ts';
import { TEXT_SIZE_EVENT } from '../ui/use-rem.ts';
import { Choices } from './choices.tsx';

const THEMES = ['system', 'light', 'dark'] as const;
/** Each in its own words. */
const LANGUAGES: Record<Locale, string> = { en: 'English', zh: '中文' };

export function AppearanceSettings() {
  const t = useTranslations();
  const locale = useLocale() as Locale;
  const router = useRouter();
  const { theme = 'system', setTheme } = useTheme();
  const [textSize, setTextSize] = useState<TextSize | null>(null);
  // What the theme is, and which cookies there are, only the browser knows.
  const inBrowser = useSyncExternalStore(
    () => () => {},
    () => true,
    () => false,
  );
  const shownSize = textSize ?? (inBrowser ? keptTextSize() : 'usual');

  function write(size: TextSize) {
    keepCookie(TEXT_SIZE_COOKIE, size);
    document.documentElement.style.setProperty('--text-scale', String(TEXT_SCALE[size]));
    dispatchEvent(new Event(TEXT_SIZE_EVENT));
    setTextSize(size);
  }

  return (
    <>
      <Choices
        label={t('settings.language')}
        value={locale}
        choices={LOCALES.map((value) => ({ value, name: LANGUAGES[value] }))}
        onChange={(value) => {
          keepCookie(LOCALE_COOKIE, value);
          router.refresh();
        }}
      />
      <Choices
        label={t('settings.theme')}
        value={inBrowser ? (theme as (typeof THEMES)[number]) : 'system'}
        choices={THEMES.map((value) => ({ value, name: t(`settings.themes.${value}`) }))}
        onChange={setTheme}
      />
      <Choices
        label={t('settings.textSize')}
        value={shownSize}
        choices={TEXT_SIZES.map((value) => ({ value, name: t(`settings.textSizes.${value}`) }))}
        onChange={write}
      />
    </>
  );
}

function keptTextSize(): TextSize {
  const found = new RegExp(`(?:^|; )${TEXT_SIZE_COOKIE}=([^;]+)`).exec(document.cookie);
  return pickTextSize(found?.[1]);
}
