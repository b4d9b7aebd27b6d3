'use client';
/** What the studio keeps of whoever looks, what leaves it, and how it is removed: in plain words, with the numbers of now. */
import { useQuery } from '@tanstack/react-query';
import { ArrowLeft } from 'lucide-react';
import Link from 'next/link';
import { useFormatter, useTranslations } from 'next-intl';
import { useEffect } from 'react';
import { getStored } from '../api/routes.ts';
import { PLAIN_BUTTON } from '../ui/plain-button.tsx';

/** Parts of the text, in their order. */
const PARTS = ['kept', 'leaves', 'removed', 'signed'] as const;

export function StoredPage() {
  const t = useTranslations('stored');
  const title = t('title');
  useEffect(() => {
    document.title = `${title} · Palimpsest`;
  }, [title]);
  return (
    <main className="mx-auto flex min-h-dvh w-full max-w-[46rem] flex-col px-4 pb-16 sm:px-8">
      <header className="sticky top-0 z-raised flex h-14 items-center gap-3 bg-page">
        <Link href="/" className={`${PLAIN_BUTTON} h-9`}>
          <ArrowLeft aria-hidden="true" />
          {t('back')}
        </Link>
        <h1 className="min-w-0 flex-1 truncate font-semibold text-md">{title}</h1>
      </header>
      <p className="py-4 text-sm text-soft">{t('where')}</p>
      <Numbers />
      {PARTS.map((part) => (
        <section key={part} aria-labelledby={`${part}-title`} className="flex flex-col gap-1 py-3">
          <h2 id={`${part}-title`} className="font-semibold text-lg">
            {t(`${part}.title`)}
          </h2>
          <p className="text-sm text-soft">{t(`${part}.text`)}</p>
        </section>
      ))}
    </main>
  );
}

function Numbers() {
  const t = useTranslations('stored');
  const format = useFormatter();
  const { data } = useQuery({ queryKey: ['stored'], queryFn: getStored });
  if (!data) return null;
  const size = (bytes: number) =>
    format.number(bytes / 1e6, { style: 'unit', unit: 'megabyte', maximumFractionDigits: 1 });
  const { sessions, deletedSessions, messages, pictures, originals, arrays, signedBy } = data;
  const rows = [
    [t('rows.sessions'), format.number(sessions)],
    [t('rows.deleted'), format.number(deletedSessions)],
    [t('rows.messages'), format.number(messages)],
    ...(
      [
        ['pictures', pictures],
        ['originals', originals],
        ['arrays', arrays],
      ] as const
    ).map(([name, { count, bytes }]) => [t(`rows.${name}`), `${format.number(count)} · ${size(bytes)}`]),
    [t('rows.signedBy'), signedBy],
  ];
  return (
    <dl className="grid grid-cols-[1fr_auto] gap-x-6 gap-y-2 border-line border-y py-4 text-sm">
      {rows.map(([name, value]) => (
        <div key={name} className="contents">
          <dt className="text-soft">{name}</dt>
          <dd className="text-right tabular-nums">{value}</dd>
        </div>
      ))}
    </dl>
  );
}
