/** A session that is not there, was deleted, or did not open: says so and offers the next step. */
import { useTranslations } from 'next-intl';
import type { Failure } from '../api/use-open-session.ts';
import { PlainButton } from '../ui/plain-button.tsx';

interface MissingSessionProps {
  why: Failure;
  onRetry: () => void;
  onRestore: () => void;
  onNew: () => void;
}

export function MissingSession({ why, onRetry, onRestore, onNew }: MissingSessionProps) {
  const t = useTranslations();
  const words = {
    missing: [t('start.missingTitle'), t('start.missingHint')],
    deleted: [t('start.deletedTitle'), t('start.deletedHint')],
    failed: [t('start.openFailed'), t('model.offlineBanner')],
  }[why];
  return (
    <section aria-label={t('turn.conversation')} className="grid place-items-center p-6">
      <div className="max-w-sm text-center">
        <div className="ruled mx-auto mb-5 h-24 w-20 rounded-md border border-edge" aria-hidden="true" />
        <h2 className="font-bold font-serif text-xl leading-7">{words[0]}</h2>
        <p className="mt-2 mb-5 text-soft">{words[1]}</p>
        <div className="flex justify-center gap-2">
          {why === 'deleted' && <PlainButton onClick={onRestore}>{t('start.bringBack')}</PlainButton>}
          {why === 'failed' ? (
            <PlainButton onClick={onRetry}>{t('turn.retry')}</PlainButton>
          ) : (
            <PlainButton onClick={onNew}>{t('start.beginAnother')}</PlainButton>
          )}
        </div>
      </div>
    </section>
  );
}
