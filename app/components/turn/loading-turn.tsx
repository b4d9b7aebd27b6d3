/** The shape of a turn while the session is being opened. */
import { useTranslations } from 'next-intl';
import { FRAME_WIDTH, frameStyle } from '../picture/frame.tsx';

export function LoadingTurn() {
  const t = useTranslations();
  return (
    <div className="flex animate-appear flex-col gap-4 [animation-delay:150ms]">
      <span className="sr-only">{t('turn.loading')}</span>
      <div className="h-11 w-56 self-end rounded-3xl rounded-br-sm bg-wash" />
      <div
        style={frameStyle(1)}
        className={`ruled aspect-square rounded-2xl border border-line ${FRAME_WIDTH}`}
      />
    </div>
  );
}
