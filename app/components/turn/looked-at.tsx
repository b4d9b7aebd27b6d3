/** What is plain of a result that did not work, from what was measured of it, and the next step at a tap with its cost. */
import { ScanEye } from 'lucide-react';
import { useTranslations } from 'next-intl';
import { findingsOf } from '../../../studio/agent/plan/findings.ts';
import type { PictureView, SecondLook, TurnView } from '../../../studio/protocol.ts';
import { useActions } from '../actions/actions.ts';
import { totalMs } from '../state/stages.ts';
import { seconds } from '../ui/figures/seconds.ts';
import { PlainButton } from '../ui/plain-button.tsx';

interface LookedAtProps {
  turn: TurnView;
  picture: PictureView;
  look: SecondLook | undefined;
}

export function LookedAt({ turn, picture, look }: LookedAtProps) {
  const t = useTranslations();
  const { repeat } = useActions();
  // What moved is told by the alarm over it, with its cure.
  const findings = findingsOf(turn, picture, look).filter(({ kind }) => kind !== 'moved');
  if (findings.length === 0) return null;
  const version = `v${picture.version}`;
  const ms = totalMs(turn.job);
  return (
    <div className="flex gap-1.5 text-sm text-soft">
      <ScanEye className="mt-0.5 size-4 shrink-0" aria-hidden="true" />
      <div className="flex min-w-0 flex-col items-start gap-1.5">
        {findings.map((finding) => (
          <p key={finding.kind} className="wrap-anywhere">
            {finding.kind === 'misread'
              ? t('plan.looked.misread', { version, asked: finding.asked, read: finding.read || '–' })
              : t('plan.looked.unchanged', { version })}
          </p>
        ))}
        <PlainButton onClick={() => repeat(turn.id, {})}>
          {t('plan.tryOnceMore')}
          {ms !== null && (
            <span className="text-soft tabular-nums">{t('composer.about', { seconds: seconds(ms) })}</span>
          )}
        </PlainButton>
      </div>
    </div>
  );
}
