/** The drift of an edit, what it changed outside of its target, in one line; red when a figure passed its threshold. */
import { TriangleAlert } from 'lucide-react';
import { useTranslations } from 'next-intl';
import type { Drift } from '../../../studio/protocol.ts';
import { percent } from '../ui/percent.ts';
import { IDENTICAL_DB, isStill } from './drift-table.tsx';

export function DriftBadge({ drift }: { drift: Drift }) {
  const t = useTranslations();
  const { outsidePsnrDb, shiftPx, changedShare } = drift.parent;
  const alarm = drift.alarms.length > 0;
  const shift =
    shiftPx && !isStill(shiftPx)
      ? t('turn.shift', { px: Math.hypot(shiftPx.x, shiftPx.y).toFixed(1) })
      : t('turn.noShift');
  const text =
    outsidePsnrDb === null
      ? t('turn.driftWhole', { share: percent(changedShare), shift })
      : outsidePsnrDb >= IDENTICAL_DB
        ? t('turn.driftIdentical')
        : t('turn.driftOk', { psnr: outsidePsnrDb.toFixed(1), shift });
  return (
    <p
      className={`flex flex-wrap items-center gap-1.5 text-xs tabular-nums ${alarm ? 'text-accent' : 'text-soft'}`}
    >
      {alarm && <TriangleAlert className="size-3.5 shrink-0" aria-hidden="true" />}
      {alarm && <span className="font-semibold">{t('turn.driftAlarm')}</span>}
      <span>{text}</span>
      {alarm && <span className="text-soft">{t('turn.driftAdvice')}</span>}
    </p>
  );
}
