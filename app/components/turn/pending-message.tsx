'use client';
/** The message while the server has not yet answered that it has it. */
import { useTranslations } from 'next-intl';

export function PendingMessage({ prompt }: { prompt: string }) {
  const t = useTranslations();
  return (
    <div className="flex animate-rise flex-col items-end gap-1.5">
      <div className="max-w-[min(36rem,88%)] rounded-[16px] rounded-br-[5px] bg-wash px-4 py-2.5">
        <p dir="auto" className="wrap-anywhere whitespace-pre-wrap text-[15px] leading-relaxed">
          {prompt}
        </p>
      </div>
      <p className="px-1 text-[12px] text-soft">{t('progress.sending')}</p>
    </div>
  );
}
