/**
 * The document: fonts, tokens, theme and language. Reads the language from the request, nothing else,
 * so the shell is on the screen before any data is.
 */
import '@fontsource-variable/inter/wght.css';
import './globals.css';
import type { Metadata, Viewport } from 'next';
import { cookies, headers } from 'next/headers';
import type { ReactNode } from 'react';
import { Providers } from './components/providers.tsx';
import type { Language } from './components/strings.ts';

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

async function requestedLanguage(): Promise<Language> {
  const chosen = (await cookies()).get('language')?.value;
  const wanted = chosen ?? (await headers()).get('accept-language') ?? 'en';
  return wanted.toLowerCase().startsWith('zh') ? 'zh' : 'en';
}

export default async function RootLayout({ children }: { children: ReactNode }) {
  const language = await requestedLanguage();
  return (
    <html lang={language === 'zh' ? 'zh-CN' : 'en'} suppressHydrationWarning>
      <body>
        <Providers language={language}>{children}</Providers>
      </body>
    </html>
  );
}
