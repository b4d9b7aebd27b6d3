/** What the data folder holds, and what of it can be given back, each at a tap that says what goes. */
import { useQuery, useQueryClient } from '@tanstack/react-query';
import { useTranslations } from 'next-intl';
import { useState } from 'react';
import { FREEABLE, type Freeable } from '../../../studio/vocabulary.ts';
import { useAttempt } from '../actions/use-attempt.ts';
import { freeStorage, getStorage } from '../api/routes.ts';
import { Fact, Facts } from '../facts/fact.tsx';
import { PlainButton } from '../ui/plain-button.tsx';
import { bytes } from './bytes.ts';

const KEY = ['storage'] as const;

export function StorageSettings() {
  const t = useTranslations();
  const attempt = useAttempt();
  const client = useQueryClient();
  const { data, isError } = useQuery({ queryKey: KEY, queryFn: getStorage, gcTime: 0, retry: false });
  /** What is asked about once more before it is gone. */
  const [asked, setAsked] = useState<Freeable | null>(null);
  if (isError) return <p className="text-sm text-soft">{t('settings.closed')}</p>;
  if (!data) return <p className="text-sm text-soft">{t('model.modelChecking')}</p>;
  const { keptBytes, freeable, deletedSessions, databaseBytes, diskFreeBytes } = data;

  function free(what: Freeable) {
    if (what === 'deleted' && asked !== what) return setAsked(what);
    setAsked(null);
    attempt(async () => client.setQueryData(KEY, await freeStorage(what)));
  }

  return (
    <>
      <Facts>
        <Fact name={t('settings.kept')}>{bytes(keptBytes)}</Fact>
        <Fact name={t('settings.database')}>{bytes(databaseBytes)}</Fact>
        <Fact name={t('settings.diskFree')}>{bytes(diskFreeBytes)}</Fact>
      </Facts>
      <ul className="flex flex-col gap-2">
        {FREEABLE.map((what) => (
          <li
            key={what}
            className="flex flex-wrap items-center gap-x-3 gap-y-1.5 rounded-xl border border-line bg-card px-4 py-3"
          >
            <div className="min-w-56 flex-1">
              <p className="text-sm">
                {t(`settings.freeable.${what}`)}{' '}
                <span className="text-soft tabular-nums">{bytes(freeable[what])}</span>
              </p>
              <p className="text-soft text-xs">
                {asked === what
                  ? t('settings.sure', { count: deletedSessions })
                  : t(`settings.freeableHints.${what}`)}
              </p>
            </div>
            <PlainButton
              aria-label={t('settings.free', { what: t(`settings.freeable.${what}`) })}
              disabled={freeable[what] === 0}
              onClick={() => free(what)}
            >
              {asked === what ? t('settings.freeSure') : t('settings.freeThis')}
            </PlainButton>
          </li>
        ))}
      </ul>
    </>
  );
}
