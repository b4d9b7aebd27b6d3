/** Above the picture of a step, in the place of a message: which step of its message it is, its words, and its input pictures. */
import { useTranslations } from 'next-intl';
import type { TurnView } from '../../../studio/protocol.ts';
import type { StepPlace } from '../state/rows.ts';

interface StepLineProps {
  turn: TurnView;
  place: StepPlace;
}

export function StepLine({ turn, place: { step, count } }: StepLineProps) {
  const t = useTranslations();
  if (count < 2) return null;
  return (
    <p dir="auto" className="wrap-anywhere text-sm text-soft">
      <span className="font-mono text-xs">{t('plan.stepOf', { step: step + 1, count })}</span> {turn.prompt}
    </p>
  );
}
