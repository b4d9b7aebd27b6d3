'use client';
/** What every component may ask for: the words of the chosen language, the theme, and what the server answered. */
import { QueryClientProvider } from '@tanstack/react-query';
import { type AbstractIntlMessages, NextIntlClientProvider } from 'next-intl';
import { ThemeProvider } from 'next-themes';
import { type ReactNode, useState } from 'react';
import type { Locale } from '../../../studio/locale.ts';
import { newQueryClient } from '../api/query-client.ts';

interface ProvidersProps {
  locale: Locale;
  messages: AbstractIntlMessages;
  children: ReactNode;
}

/** Of the server for the first page, of the reader afterwards; no date is written before the page is alive. */
const { timeZone } = Intl.DateTimeFormat().resolvedOptions();

export function Providers({ locale, messages, children }: ProvidersProps) {
  const [client] = useState(newQueryClient);
  return (
    <NextIntlClientProvider locale={locale} messages={messages} timeZone={timeZone}>
      <ThemeProvider attribute="class" defaultTheme="system" enableSystem disableTransitionOnChange>
        <QueryClientProvider client={client}>{children}</QueryClientProvider>
      </ThemeProvider>
    </NextIntlClientProvider>
  );
}
