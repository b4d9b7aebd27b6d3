/** A turn that was stopped or failed: what happened, in the words of the server, and the way on. */
import { CircleSlash, TriangleAlert } from 'lucide-react';
import { useLocale, useTranslations } from 'next-intl';
import type { JobView, TurnView } from '../../../studio/protocol.ts';
import { useActions } from '../actions/actions.ts';
import { PlainButton } from '../ui/plain-button.tsx';
import { failureText } from '../ui/wording.ts';

export function Unfinished({ turn, job }: { turn: TurnView; job: JobView }) {
  const t = useTranslations();
  const locale = useLocale();
  const actions = useActions();
  /** It never ran: what it builds on was stopped or failed. */
  const notStarted = job.error?.code === 'parent_failed';
  const stopped = job.state === 'cancelled' || notStarted;
  const made = turn.pictures.length;
  const count = turn.recipe?.count ?? 1;
  const Sign = stopped ? CircleSlash : TriangleAlert;

  return (
    <div className="flex max-w-[30rem] animate-appear gap-3 rounded-2xl border border-line bg-card p-4">
      <Sign
        className={`mt-0.5 size-4 shrink-0 ${stopped ? 'text-soft' : 'text-accent'}`}
        aria-hidden="true"
      />
      <div className="min-w-0">
        <p className="font-medium">
          {notStarted ? t('progress.notStarted') : stopped ? t('progress.stopped') : t('progress.failed')}
        </p>
        <p className="wrap-anywhere mt-0.5 text-sm text-soft">
          {made > 0 && `${t('progress.madeOf', { made, count })} `}
          {notStarted
            ? t('progress.notStartedHint')
            : stopped
              ? t('progress.stoppedHint')
              : failureText(t, locale, job)}
        </p>
        <div className="mt-3 flex flex-wrap gap-1.5">
          <PlainButton onClick={() => actions.changeJob(job.id, 'retry')}>
            {stopped ? t('turn.runAgain') : t('turn.retry')}
          </PlainButton>
          <PlainButton onClick={() => actions.reuseText(turn)}>{t('turn.editText')}</PlainButton>
        </div>
      </div>
    </div>
  );
}
