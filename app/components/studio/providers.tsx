'use client';
/** What every component may ask for: the words of the chosen language, and the theme. */
import { type AbstractIntlMessages, NextIntlClientProvider } from 'next-intl';
import { ThemeProvider } from 'next-themes';
import type { ReactNode } from 'react';
import type { Locale } from '../../../studio/locale.ts';

interface ProvidersProps {
  locale: Locale;
  messages: AbstractIntlMessages;
  children: ReactNode;
}

/** Of the server for the first page, of the reader afterwards; no date is written before the page is alive. */
const { timeZone } = Intl.DateTimeFormat().resolvedOptions();

export function Providers({ locale, messages, children }: ProvidersProps) {
  return (
    <NextIntlClientProvider locale={locale} messages={messages} timeZone={timeZone}>
      <ThemeProvider attribute="class" defaultTheme="system" enableSystem disableTransitionOnChange>
        {children}
      </ThemeProvider>
    </NextIntlClientProvider>
  );
}
