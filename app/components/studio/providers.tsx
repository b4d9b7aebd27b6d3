'use client';
/** The contexts above every component: messages of the chosen language, theme, examples, and the cache of what the server answered. */
import { QueryClientProvider } from '@tanstack/react-query';
import { setNonce } from 'get-nonce';
import { type AbstractIntlMessages, NextIntlClientProvider } from 'next-intl';
import { ThemeProvider } from 'next-themes';
import { type ReactNode, useState } from 'react';
import type { Locale } from '../../../studio/locale/locale.ts';
import { newQueryClient } from '../api/query-client.ts';
import { ExamplesContext } from '../start/examples-context.ts';

interface ProvidersProps {
  locale: Locale;
  messages: AbstractIntlMessages;
  /** What the loaded model draws well. */
  examples: readonly string[];
  /** Which scripts and styles in the document may take effect. */
  nonce: string | undefined;
  children: ReactNode;
}

/** The server's for the first HTML, the reader's in the browser; no date is in the first HTML, so the two never disagree. */
const { timeZone } = Intl.DateTimeFormat().resolvedOptions();

export function Providers({ locale, messages, examples, nonce, children }: ProvidersProps) {
  const [client] = useState(newQueryClient);
  // Menus and dialogs keep the page from scrolling by a style sheet of their own.
  if (nonce) setNonce(nonce);
  return (
    <NextIntlClientProvider locale={locale} messages={messages} timeZone={timeZone}>
      <ThemeProvider
        attribute="class"
        defaultTheme="system"
        enableSystem
        disableTransitionOnChange
        nonce={nonce}
      >
        <QueryClientProvider client={client}>
          <ExamplesContext value={examples}>{children}</ExamplesContext>
        </QueryClientProvider>
      </ThemeProvider>
    </NextIntlClientProvider>
  );
}
