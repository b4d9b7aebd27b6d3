/** The way to the page that shows what the model can draw. */
import { useTranslations } from 'next-intl';

export function CanDrawLink({ sessionId, className = '' }: { sessionId: string | null; className?: string }) {
  const t = useTranslations();
  const href = sessionId === null ? '/can-draw' : `/can-draw?session=${encodeURIComponent(sessionId)}`;
  return (
    <a href={href} className={`text-accent underline-offset-2 hover:underline ${className}`}>
      {t('canDraw.title')}
    </a>
  );
}
