/** Says in plain words that an edit changed what it should have left alone, and offers the cure: the same edit with a mask. */
import { Paintbrush, TriangleAlert } from 'lucide-react';
import { useTranslations } from 'next-intl';
import type { PictureView, TurnView } from '../../../studio/protocol.ts';
import { useActions } from '../actions/actions.ts';
import { PlainButton } from '../ui/plain-button.tsx';

export function DriftAlarm({ turn, picture: { drift } }: { turn: TurnView; picture: PictureView }) {
  const t = useTranslations();
  const { holdWithMask } = useActions();
  if (!drift || drift.alarms.length === 0) return null;
  const isMasked = turn.inputs.some(({ role }) => role === 'mask');
  const what = drift.alarms.includes('shift')
    ? 'turn.driftMoved'
    : drift.alarms.includes('scale')
      ? 'turn.driftScaled'
      : 'turn.driftRest';
  return (
    <div role="note" className="flex flex-wrap items-center gap-x-2.5 gap-y-1.5 text-sm">
      <p className="flex items-center gap-1.5 text-accent">
        <TriangleAlert className="size-4 shrink-0" aria-hidden="true" />
        {t(what)}
      </p>
      {!isMasked && (
        <PlainButton title={t('turn.driftMaskHint')} onClick={() => holdWithMask(turn)}>
          <Paintbrush aria-hidden="true" />
          {t('turn.driftMask')}
        </PlainButton>
      )}
    </div>
  );
}
