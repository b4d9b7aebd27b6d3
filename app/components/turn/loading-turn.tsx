/** The shape of a turn while the session is being opened. */
import { useTranslations } from 'next-intl';

export function LoadingTurn() {
  const t = useTranslations();
  return (
    <div className="flex animate-appear flex-col gap-4 [animation-delay:150ms]">
      <span className="sr-only">{t('turn.loading')}</span>
      <div className="h-11 w-56 self-end rounded-3xl rounded-br-sm bg-wash" />
      <div className="ruled aspect-square w-full max-w-[21rem] rounded-2xl border border-line" />
    </div>
  );
}
