/** The drift of an edit in figures, against the picture that it was made from and against the first of its branch. */
import { useTranslations } from 'next-intl';
import type { Drift, DriftFigures, TurnView } from '../../../studio/protocol.ts';
import { findPicture } from '../state/intent.ts';
import { percent } from '../ui/figures/percent.ts';
import { Fact, Facts } from './fact.tsx';

/** PSNR that the server sends where no pixel differs. */
export const IDENTICAL_DB = 100;

export function DriftTable({ drift, turns }: { drift: Drift; turns: TurnView[] }) {
  return (
    <div className="flex flex-col gap-4">
      <Figures figures={drift.parent} turns={turns} against="details.driftParent" alarms={drift.alarms} />
      {drift.root && <Figures figures={drift.root} turns={turns} against="details.driftRoot" alarms={[]} />}
    </div>
  );
}

interface FiguresProps {
  figures: DriftFigures;
  turns: TurnView[];
  /** Key of the heading. */
  against: 'details.driftParent' | 'details.driftRoot';
  alarms: Drift['alarms'];
}

function Figures({ figures, turns, against, alarms }: FiguresProps) {
  const t = useTranslations();
  const version = findPicture(turns, figures.pictureId)?.version;
  const { outsidePsnrDb, outsideSsim, shiftPx, changedShare, changedTokenShare } = figures;
  const alarm = (which: Drift['alarms'][number]) =>
    alarms.includes(which) ? 'font-semibold text-accent' : undefined;
  return (
    <div>
      <h3 className="mb-1.5 text-xs text-soft">
        {t(against, { version: version === undefined ? '…' : `v${version}` })}
      </h3>
      <Facts>
        {outsidePsnrDb !== null && (
          <Fact name={t('details.psnr')} exact>
            <span className={alarm('psnr')}>
              {outsidePsnrDb >= IDENTICAL_DB ? t('details.identical') : `${outsidePsnrDb.toFixed(1)} dB`}
            </span>
          </Fact>
        )}
        {outsideSsim !== null && (
          <Fact name={t('details.ssim')} exact>
            <span className={alarm('ssim')}>{outsideSsim.toFixed(3)}</span>
          </Fact>
        )}
        <Fact name={t('details.shift')} exact>
          <span className={alarm('shift')}>
            {shiftPx === null
              ? t('details.cannotRegister')
              : isStill(shiftPx)
                ? t('details.noShift')
                : `${shiftPx.x.toFixed(1)}, ${shiftPx.y.toFixed(1)} px`}
          </span>
        </Fact>
        <Fact name={t('details.changed')} exact>
          {percent(changedShare, 1)}
        </Fact>
        {changedTokenShare !== null && (
          <Fact name={t('details.tokens')} exact>
            {percent(changedTokenShare)}
          </Fact>
        )}
      </Facts>
    </div>
  );
}

/** A shift of less than half a pixel cannot be seen. */
export function isStill({ x, y }: { x: number; y: number }): boolean {
  return Math.hypot(x, y) < 0.5;
}
