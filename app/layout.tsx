/**
 * The document: fonts, tokens, theme, language and text size. Reads language, text size and the examples of the start
 * from the request, nothing else, so the shell is on the screen before any data is.
 */
import '@fontsource-variable/inter/wght.css';
import './globals.css';
import type { Metadata, Viewport } from 'next';
import { cookies, headers } from 'next/headers';
import type { CSSProperties, ReactNode } from 'react';
import { EXAMPLES_HEADER, examplesOfHeader } from '../studio/known.ts';
import { HTML_LANG, LOCALE_COOKIE } from '../studio/locale/locale.ts';
import { pickLocale } from '../studio/locale/pick-locale.ts';
import { NONCE_HEADER } from '../studio/protocol.ts';
import { pickTextSize, TEXT_SCALE, TEXT_SIZE_COOKIE } from '../studio/text-size.ts';
import { compiledMessages } from './compiled-messages.ts';
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
  const kept = await cookies();
  const chosen = kept.get(LOCALE_COOKIE)?.value;
  const textSize = pickTextSize(kept.get(TEXT_SIZE_COOKIE)?.value);
  const asked = await headers();
  const locale = pickLocale(chosen, asked.get('accept-language'));
  const examples = examplesOfHeader(asked.get(EXAMPLES_HEADER));
  const nonce = asked.get(NONCE_HEADER) ?? undefined;
  const messages = await compiledMessages(locale);
  return (
    <html
      lang={HTML_LANG[locale]}
      style={{ '--text-scale': TEXT_SCALE[textSize] } as CSSProperties}
      suppressHydrationWarning
    >
      <body>
        <Providers locale={locale} messages={messages} examples={examples} nonce={nonce}>
          {children}
        </Providers>
      </body>
    </html>
  );
}
