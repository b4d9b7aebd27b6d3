'use client';
/**
 * What this model can draw: subjects, looks, grounds and edits of the checkpoint's own list, with real results of it, to be picked into
 * the message. A checkpoint without a list has no such page.
 */
import { ArrowLeft, Search } from 'lucide-react';
import { useRouter } from 'next/navigation';
import { useLocale, useTranslations } from 'next-intl';
import { type ReactNode, useEffect, useMemo, useState } from 'react';
import type { Named } from '../../../studio/known.ts';
import {
  EDIT_BASE,
  EDITS,
  groundPhrase,
  lookPhrase,
  type Sample,
  withArticle,
} from '../../../studio/samples.ts';
import { useHealth } from '../api/use-health.ts';
import { useKnows } from '../api/use-knows.ts';
import { useSamples } from '../api/use-samples.ts';
import { sessionHref } from '../state/address.ts';
import { writeDraft } from '../state/drafts.ts';
import { SampleTile } from './sample-tile.tsx';

type Language = 'en' | 'zh';

export function CanDraw() {
  const t = useTranslations();
  const language: Language = useLocale() === 'zh' ? 'zh' : 'en';
  const router = useRouter();
  const knows = useKnows(undefined);
  const { model, status } = useHealth();
  const samples = useSamples();
  const [sought, setSought] = useState('');
  const sessionId = useSessionOfAddress();
  const sampleOf = useMemo(() => {
    const byName = new Map(samples?.samples.map((each) => [`${each.kind} ${each.name}`, each]));
    return (kind: Sample['kind'], name: string) => byName.get(`${kind} ${name}`);
  }, [samples]);

  function pick(text: string) {
    writeDraft(sessionId, { text });
    router.push(sessionHref(sessionId));
  }

  const subjects = (knows?.subjects ?? []).filter((each) => isSought(each, sought));
  return (
    <main className="mx-auto flex w-full max-w-[96rem] flex-col gap-8 px-4 py-6 sm:px-8">
      <header className="flex flex-col gap-3">
        <a
          href={sessionHref(sessionId)}
          onClick={(event) => {
            event.preventDefault();
            router.push(sessionHref(sessionId));
          }}
          className="inline-flex w-fit items-center gap-1.5 text-sm text-soft hover:text-ink"
        >
          <ArrowLeft className="size-4" aria-hidden="true" />
          {t('canDraw.back')}
        </a>
        <h1 className="font-bold font-serif text-2xl tracking-tight sm:text-3xl">{t('canDraw.title')}</h1>
        <p className="max-w-[44rem] text-soft leading-relaxed">
          {knows
            ? t('canDraw.intro', { model: model?.name ?? '' })
            : status === 'ready'
              ? t('canDraw.noList', { model: model?.name ?? '' })
              : t('canDraw.loading')}
        </p>
      </header>
      {knows && (
        <>
          <Group name={t('canDraw.subjects', { count: knows.subjects.length })}>
            <label className="mb-3 flex h-9 w-full max-w-xs items-center gap-2 rounded-lg border border-line bg-card px-2.5 text-sm focus-within:border-edge">
              <Search className="size-4 shrink-0 text-soft" aria-hidden="true" />
              <input
                type="search"
                value={sought}
                onChange={(event) => setSought(event.target.value)}
                aria-label={t('canDraw.search')}
                placeholder={t('canDraw.search')}
                className="min-w-0 flex-1 bg-transparent outline-none"
              />
            </label>
            {subjects.length === 0 && <p className="text-soft">{t('canDraw.nothingFound', { sought })}</p>}
            <Tiles className="grid-cols-[repeat(auto-fill,minmax(5.5rem,1fr))]">
              {subjects.map((subject) => (
                <SampleTile
                  key={subject.en}
                  small
                  label={subject[language]}
                  text={language === 'zh' ? subject.zh : withArticle(subject.en)}
                  sample={sampleOf('subject', subject.en)}
                  onPick={pick}
                />
              ))}
            </Tiles>
          </Group>
          <Group name={t('canDraw.looks')}>
            <Tiles>
              {knows.styles.map((look) => (
                <SampleTile
                  key={look.en}
                  label={look[language]}
                  text={lookPhrase(look)[language]}
                  sample={sampleOf('look', look.en)}
                  onPick={pick}
                />
              ))}
            </Tiles>
          </Group>
          <Group name={t('canDraw.grounds')}>
            <Tiles>
              {(knows.backgrounds ?? []).map((ground) => (
                <SampleTile
                  key={ground.en}
                  label={ground[language].replace('COLOUR', 'blue').replace('某色', '蓝色')}
                  text={groundPhrase(ground)[language]}
                  sample={sampleOf('ground', ground.en)}
                  onPick={pick}
                />
              ))}
            </Tiles>
          </Group>
          <Group name={t('canDraw.edits')}>
            <p className="mb-3 text-soft">{t(sessionId ? 'canDraw.editsHere' : 'canDraw.editsFirst')}</p>
            <Tiles className="grid-cols-[repeat(auto-fill,minmax(14rem,1fr))]">
              {EDITS.map((edit) => (
                <SampleTile
                  key={edit.en}
                  label={edit[language]}
                  // Without a picture there is nothing to edit yet.
                  text={sessionId ? edit[language] : EDIT_BASE[language]}
                  sample={sampleOf('edit', edit.en)}
                  onPick={pick}
                />
              ))}
            </Tiles>
          </Group>
        </>
      )}
    </main>
  );
}

function Group({ name, children }: { name: string; children: ReactNode }) {
  return (
    <section aria-label={name}>
      <h2 className="mb-3 font-semibold text-lg">{name}</h2>
      {children}
    </section>
  );
}

function Tiles({
  className = 'grid-cols-[repeat(auto-fill,minmax(8.5rem,1fr))]',
  children,
}: {
  className?: string;
  children: ReactNode;
}) {
  return <div className={`grid gap-2.5 ${className}`}>{children}</div>;
}

/** Whether a name of a subject has what is sought. */
function isSought({ en, zh, also = [] }: Named, sought: string): boolean {
  const wanted = sought.trim().toLowerCase();
  return wanted === '' || [en, zh, ...also].some((name) => name.toLowerCase().includes(wanted));
}

/** The session that the page was opened from: its message is written. */
function useSessionOfAddress(): string | null {
  const [sessionId, setSessionId] = useState<string | null>(null);
  useEffect(() => setSessionId(new URLSearchParams(location.search).get('session')), []);
  return sessionId;
}
