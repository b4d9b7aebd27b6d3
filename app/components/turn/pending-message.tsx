/** The message while the server has not yet answered that it has it. */
import { useTranslations } from 'next-intl';

export function PendingMessage({ prompt }: { prompt: string }) {
  const t = useTranslations();
  return (
    <div className="flex animate-rise flex-col items-end gap-1.5">
      <div className="max-w-[min(36rem,88%)] rounded-3xl rounded-br-sm bg-wash px-4 py-2.5">
        <p dir="auto" className="wrap-anywhere whitespace-pre-wrap text-md leading-relaxed">
          {prompt}
        </p>
      </div>
      <p className="px-1 text-xs text-soft">{t('progress.sending')}</p>
    </div>
  );
}
