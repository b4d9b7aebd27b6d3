/** Everything out as files and in again: each session is one bundle, and all of them come in one archive. */
import { Download, FileInput } from 'lucide-react';
import { useTranslations } from 'next-intl';
import { useRef } from 'react';
import { useSessionActions } from '../actions/use-session-actions.ts';
import { EXPORT_ALL_HREF } from '../api/routes.ts';
import { PLAIN_BUTTON, PlainButton } from '../ui/plain-button.tsx';

export function DataSettings() {
  const t = useTranslations();
  const { importFile } = useSessionActions();
  const file = useRef<HTMLInputElement>(null);
  return (
    <>
      <p className="max-w-[46rem] text-sm text-soft">{t('settings.dataHint')}</p>
      <div className="flex flex-wrap gap-1.5">
        <a href={EXPORT_ALL_HREF} download className={PLAIN_BUTTON}>
          <Download aria-hidden="true" />
          {t('settings.exportAll')}
        </a>
        <PlainButton onClick={() => file.current?.click()}>
          <FileInput aria-hidden="true" />
          {t('history.import')}
        </PlainButton>
        <input
          ref={file}
          type="file"
          hidden
          data-purpose="import"
          onChange={(event) => {
            const [chosen] = event.target.files ?? [];
            if (chosen) importFile(chosen);
            event.target.value = '';
          }}
        />
      </div>
    </>
  );
}
