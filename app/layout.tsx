/**
 * The document: fonts, tokens, theme and language. Reads the language and the examples of the start
 * from the request, nothing else, so the shell is on the screen before any data is.
 */
import '@fontsource-variable/inter/wght.css';
import './globals.css';
import type { Metadata, Viewport } from 'next';
import { cookies, headers } from 'next/headers';
import type { ReactNode } from 'react';
import { EXAMPLES_HEADER, examplesOfHeader } from '../studio/known.ts';
import { HTML_LANG, LOCALE_COOKIE, pickLocale } from '../studio/locale.ts';
import { NONCE_HEADER } from '../studio/protocol.ts';
import { Providers } from './components/studio/providers.tsx';

export const metadata: Metadata = {
  title: 'Palimpsest',
  description: 'Write a picture. Then write over it.',
};

export const viewport: Viewport = {
  width: 'device-width',
  initialScale: 1,
  viewportFit: 'cover',
  interactiveWidget: 'resizes-content',
  themeColor: [
    { media: '(prefers-color-scheme: light)', color: '#f6f3ec' },
    { media: '(prefers-color-scheme: dark)', color: '#14120f' },
  ],
};

export default async function RootLayout({ children }: { children: ReactNode }) {
  const chosen = (await cookies()).get(LOCALE_COOKIE)?.value;
  const asked = await headers();
  const locale = pickLocale(chosen, asked.get('accept-language'));
  const examples = examplesOfHeader(asked.get(EXAMPLES_HEADER));
  const nonce = asked.get(NONCE_HEADER) ?? undefined;
  const { default: messages } = await import(`../messages/${locale}.json`);
  return (
    <html lang={HTML_LANG[locale]} suppressHydrationWarning>
      <body>
        <Providers locale={locale} messages={messages} examples={examples} nonce={nonce}>
          {children}
        </Providers>
      </body>
    </html>
  );
}
