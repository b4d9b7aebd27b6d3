/** The four stages as bars. The status of the composer says the same in words, for screen readers. */
import { useTranslations } from 'next-intl';
import type { Progress } from '../state/session-state.ts';
import { type StageRow, stageRows } from '../state/stages.ts';
import type { Translator } from '../ui/translator.ts';

export function StageBars({ progress }: { progress: Progress | undefined }) {
  const t = useTranslations();
  return (
    <dl className="grid grid-cols-4 gap-x-3 text-xs">
      {stageRows(progress).map((row) => (
        <div key={row.stage} className="flex min-w-0 flex-wrap items-baseline justify-between gap-x-1.5">
          <dt className={row.state === 'running' ? 'text-ink' : 'text-soft'}>
            {t(`progress.stages.${row.stage}`)}
          </dt>
          <dd className="whitespace-nowrap text-soft tabular-nums">{countOf(row, t)}</dd>
          <dd className="mt-1 h-[5px] w-full overflow-hidden rounded-full bg-wash">
            <div
              className="h-full origin-left rounded-full bg-accent transition-transform duration-[120ms] ease-linear"
              style={{ transform: `scaleX(${share(row)})` }}
            />
          </dd>
        </div>
      ))}
    </dl>
  );
}

function share({ state, done, total }: StageRow): number {
  if (state === 'finished') return 1;
  return total ? done / total : 0;
}

function countOf({ state, done, total }: StageRow, t: Translator): string {
  if (total) return t('progress.nOf', { done, total });
  return state === 'finished' ? '✓' : '';
}
