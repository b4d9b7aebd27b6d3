/** The drift of an edit, what it changed outside of its target, in one line of figures. */
import { useTranslations } from 'next-intl';
import type { Drift } from '../../../studio/protocol.ts';
import { percent } from '../ui/figures/percent.ts';
import { IDENTICAL_DB, isStill } from './drift-table.tsx';

export function DriftFact({ drift }: { drift: Drift }) {
  const t = useTranslations();
  const { outsidePsnrDb, shiftPx, changedShare } = drift.parent;
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
  return <p className="text-soft text-xs tabular-nums">{text}</p>;
}
