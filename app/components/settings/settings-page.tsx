'use client';
/** What is set for this browser and for the whole studio: a page of sections, each with a name in the address. */
import { ArrowLeft } from 'lucide-react';
import Link from 'next/link';
import { useTranslations } from 'next-intl';
import { type ReactNode, useEffect } from 'react';
import { KeyList } from '../keyboard/key-list.tsx';
import { useStudioHref } from '../state/address.ts';
import { PLAIN_BUTTON } from '../ui/plain-button.tsx';
import { Toasts } from '../ui/toasts.tsx';
import { About } from './about.tsx';
import { AppearanceSettings } from './appearance-settings.tsx';
import { DataSettings } from './data-settings.tsx';
import { EngineSettings } from './engine-settings.tsx';
import { LanguageSettings } from './language-settings.tsx';
import { LookingSettings } from './looking-settings.tsx';
import { SessionSettings } from './session-settings.tsx';
import { StorageSettings } from './storage-settings.tsx';
import { NewsSettings, WritingSettings } from './writing-settings.tsx';

export function SettingsPage({ version }: { version: string }) {
  const studioHref = useStudioHref();
  const t = useTranslations();
  const title = t('engines.settings');
  useEffect(() => {
    document.title = `${title} · Palimpsest`;
  }, [title]);
  const sections: { id: string; title: string; hint?: string; content: ReactNode }[] = [
    { id: 'appearance', title: t('settings.appearance'), content: <AppearanceSettings /> },
    { id: 'writing', title: t('settings.writing'), content: <WritingSettings /> },
    { id: 'news', title: t('settings.news'), content: <NewsSettings /> },
    { id: 'sessions', title: t('settings.sessions'), content: <SessionSettings /> },
    { id: 'engines', title: t('engines.title'), hint: t('engines.hint'), content: <EngineSettings /> },
    { id: 'language', title: t('language.title'), hint: t('language.hint'), content: <LanguageSettings /> },
    { id: 'looking', title: t('plan.looking'), hint: t('plan.lookingHint'), content: <LookingSettings /> },
    { id: 'storage', title: t('settings.storage'), content: <StorageSettings /> },
    {
      id: 'data',
      title: t('settings.data'),
      content: (
        <>
          <DataSettings />
          <Link href="/stored" className="w-fit py-4 text-sm text-soft underline hover:text-ink">
            {t('stored.link')}
          </Link>
        </>
      ),
    },
    { id: 'keys', title: t('shell.shortcuts'), hint: t('settings.keysHint'), content: <KeyList /> },
    { id: 'about', title: t('settings.about'), content: <About version={version} /> },
  ];
  return (
    <div className="h-dvh overflow-y-auto">
      <main className="mx-auto flex w-full max-w-[64rem] flex-col px-4 pb-16 sm:px-8">
        <header className="sticky top-0 z-raised flex h-14 items-center gap-3 bg-page">
          <Link href={studioHref} className={`${PLAIN_BUTTON} h-9`}>
            <ArrowLeft aria-hidden="true" />
            {t('engines.back')}
          </Link>
          <h1 className="min-w-0 flex-1 truncate font-semibold text-md">{title}</h1>
        </header>
        <div className="grid gap-x-10 md:grid-cols-[10rem_minmax(0,1fr)]">
          <nav aria-label={title} className="sticky top-16 hidden self-start py-4 md:block">
            <ul className="flex flex-col gap-0.5">
              {sections.map(({ id, title: name }) => (
                <li key={id}>
                  <a
                    href={`#${id}`}
                    className="block rounded-lg px-2.5 py-1.5 text-sm text-soft hover:bg-wash hover:text-ink"
                  >
                    {name}
                  </a>
                </li>
              ))}
            </ul>
          </nav>
          <div className="min-w-0">
            {sections.map(({ content, ...section }) => (
              <Section key={section.id} {...section}>
                {content}
              </Section>
            ))}
          </div>
        </div>
        <Toasts />
      </main>
    </div>
  );
}

interface SectionProps {
  id: string;
  title: string;
  hint?: string;
  children: ReactNode;
}

function Section({ id, title, hint, children }: SectionProps) {
  return (
    <section
      id={id}
      aria-labelledby={`${id}-title`}
      className="flex scroll-mt-14 flex-col gap-4 border-line border-b py-6 last:border-0"
    >
      <div>
        <h2 id={`${id}-title`} className="font-semibold text-lg">
          {title}
        </h2>
        {hint && <p className="mt-1 max-w-[46rem] text-sm text-soft">{hint}</p>}
      </div>
      {children}
    </section>
  );
}
