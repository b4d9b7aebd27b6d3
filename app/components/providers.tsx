'use client';
/** What every component may ask for: the language and the theme. */
import { ThemeProvider } from 'next-themes';
import type { ReactNode } from 'react';
import { type Language, LanguageContext } from './strings.ts';

export function Providers({ language, children }: { language: Language; children: ReactNode }) {
  return (
    <LanguageContext value={language}>
      <ThemeProvider attribute="class" defaultTheme="system" enableSystem disableTransitionOnChange>
        {children}
      </ThemeProvider>
    </LanguageContext>
  );
}
