/** The three columns of the page: sessions, the conversation with the composer under it, details. Narrow windows have one. */
import { useTranslations } from 'next-intl';
import type { ReactNode } from 'react';

interface ColumnsProps {
  sidebar: ReactNode;
  topBar: ReactNode;
  main: ReactNode;
  /** Null where nothing can be written. */
  composer: ReactNode;
  /** Null where no picture can have details. */
  details: ReactNode;
}

export function Columns({ sidebar, topBar, main, composer, details }: ColumnsProps) {
  const t = useTranslations();
  return (
    <div
      className={`grid h-dvh grid-cols-1 grid-rows-1 md:grid-cols-[min(16.25rem,30vw)_minmax(0,1fr)] ${
        details ? 'lg:grid-cols-[min(16.25rem,20vw)_minmax(0,1fr)_min(20rem,24vw)]' : ''
      }`}
    >
      <div className="hidden min-h-0 border-line border-r bg-panel md:block">{sidebar}</div>
      <main className="grid min-h-0 min-w-0 grid-cols-1 grid-rows-[auto_minmax(0,1fr)_auto]">
        {topBar}
        {main}
        {composer && <div className="mx-auto w-full max-w-[48rem] px-3 pb-3 sm:px-6 sm:pb-4">{composer}</div>}
      </main>
      {details && (
        <aside
          aria-label={t('details.details')}
          className="hidden min-h-0 border-line border-l bg-panel lg:block"
        >
          {details}
        </aside>
      )}
    </div>
  );
}
