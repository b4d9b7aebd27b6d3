'use client';
/** What is set for the whole studio: a page of sections, each with a name in the address. */
import { ArrowLeft } from 'lucide-react';
import Link from 'next/link';
import { useTranslations } from 'next-intl';
import { type ReactNode, useEffect } from 'react';
import { PLAIN_BUTTON } from '../ui/plain-button.tsx';
import { Toasts } from '../ui/toasts.tsx';
import { EngineSettings } from './engine-settings.tsx';
import { LookingSettings } from './looking-settings.tsx';

export function SettingsPage() {
  const t = useTranslations();
  const title = t('engines.settings');
  useEffect(() => {
    document.title = `${title} · Palimpsest`;
  }, [title]);
  return (
    <main className="mx-auto flex min-h-dvh w-full max-w-[64rem] flex-col px-4 pb-16 sm:px-8">
      <header className="sticky top-0 z-raised flex h-14 items-center gap-3 bg-page">
        <Link href="/" className={`${PLAIN_BUTTON} h-9`}>
          <ArrowLeft aria-hidden="true" />
          {t('engines.back')}
        </Link>
        <h1 className="min-w-0 flex-1 truncate font-semibold text-md">{title}</h1>
      </header>
      <Section id="engines" title={t('engines.title')} hint={t('engines.hint')}>
        <EngineSettings />
      </Section>
      <Section id="looking" title={t('plan.looking')} hint={t('plan.lookingHint')}>
        <LookingSettings />
      </Section>
      <Toasts />
    </main>
  );
}

interface SectionProps {
  id: string;
  title: string;
  hint: string;
  children: ReactNode;
}

function Section({ id, title, hint, children }: SectionProps) {
  return (
    <section id={id} aria-labelledby={`${id}-title`} className="flex flex-col gap-4 py-4">
      <div>
        <h2 id={`${id}-title`} className="font-semibold text-lg">
          {title}
        </h2>
        <p className="mt-1 max-w-[46rem] text-sm text-soft">{hint}</p>
      </div>
      {children}
    </section>
  );
}
