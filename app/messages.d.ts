/** Makes a key that is missing in the English catalogue a type error. */
import type en from '../messages/en.json';
import type { Locale } from '../studio/locale/locale.ts';

declare module 'next-intl' {
  interface AppConfig {
    Locale: Locale;
    Messages: typeof en;
  }
}
