/** The frames of pages about people: a card in the middle for those who come in, sections for those who are in. */
import { ArrowLeft } from 'lucide-react';
import Link from 'next/link';
import { useTranslations } from 'next-intl';
import { type ReactNode, useEffect } from 'react';
import { PLAIN_BUTTON } from '../ui/plain-button.tsx';

function useTitle(title: string): void {
  useEffect(() => {
    document.title = `${title} · Palimpsest`;
  }, [title]);
}

export function DoorFrame({ title, children }: { title: string; children: ReactNode }) {
  useTitle(title);
  return (
    <main className="flex min-h-dvh items-center justify-center p-4">
      <div className="flex w-full max-w-[26rem] flex-col gap-5 rounded-2xl border border-edge bg-card p-6 sm:p-8">
        <div>
          <p className="text-sm text-soft">Palimpsest</p>
          <h1 className="font-semibold text-lg">{title}</h1>
        </div>
        {children}
      </div>
    </main>
  );
}

export function PeopleFrame({ title, children }: { title: string; children: ReactNode }) {
  const t = useTranslations();
  useTitle(title);
  return (
    <main className="mx-auto flex min-h-dvh w-full max-w-[64rem] flex-col px-4 pb-16 sm:px-8">
      <header className="sticky top-0 z-raised flex h-14 items-center gap-3 bg-page">
        <Link href="/" className={`${PLAIN_BUTTON} h-9`}>
          <ArrowLeft aria-hidden="true" />
          {t('engines.back')}
        </Link>
        <h1 className="min-w-0 flex-1 truncate font-semibold text-md">{title}</h1>
      </header>
      {children}
    </main>
  );
}

export function Part({ title, hint, children }: { title: string; hint?: string; children: ReactNode }) {
  return (
    <section aria-label={title} className="flex flex-col gap-3 border-line border-b py-6 last:border-0">
      <div>
        <h2 className="font-semibold text-lg">{title}</h2>
        {hint && <p className="mt-1 max-w-[46rem] text-sm text-soft">{hint}</p>}
      </div>
      {children}
    </section>
  );
}
