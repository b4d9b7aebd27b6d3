/** The four stages as bars. The status of the composer says the same in words, for screen readers. */
import { useTranslations } from 'next-intl';
import type { Progress } from '../state/session-state.ts';
import { type StageRow, stageRows } from '../state/stages.ts';
import type { Translator } from '../ui/translator.ts';

export function StageBars({ progress }: { progress: Progress | undefined }) {
  const t = useTranslations();
  return (
    <dl className="grid grid-cols-[auto_minmax(4rem,10rem)_auto] items-center gap-x-3.5 gap-y-2 text-sm sm:max-w-[22rem]">
      {stageRows(progress).map((row) => (
        <div key={row.stage} className="contents">
          <dt className={row.state === 'running' ? 'text-ink' : 'text-soft'}>
            {t(`progress.stages.${row.stage}`)}
          </dt>
          <dd className="h-[5px] overflow-hidden rounded-full bg-wash">
            <div
              className="h-full origin-left rounded-full bg-accent transition-transform duration-[120ms] ease-linear"
              style={{ transform: `scaleX(${share(row)})` }}
            />
          </dd>
          <dd className="whitespace-nowrap font-mono text-xs text-soft tabular-nums">{countOf(row, t)}</dd>
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
