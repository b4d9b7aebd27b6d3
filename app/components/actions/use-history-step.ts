/** Undo and redo of the open session. The picture that they lead to is shown in the conversation and named in a toast. */
import { useTranslations } from 'next-intl';
import { useCallback } from 'react';
import { type HistoryStep, stepHistory } from '../api/routes.ts';
import type { OpenSession } from '../api/use-open-session.ts';
import { findPicture } from '../state/intent.ts';
import { showToast } from '../ui/toast-store.ts';
import { useAttempt } from './use-attempt.ts';

/** A toast of a later step takes the place of an earlier one's. */
const TOPIC = 'history';

export function useHistoryStep(
  { newest }: OpenSession,
  select: (pictureId: string) => void,
): (step: HistoryStep) => void {
  const t = useTranslations();
  const attempt = useAttempt();
  return useCallback(
    (step) => {
      const state = newest();
      if (!state) return;
      attempt(async () => {
        const { operation, session } = await stepHistory(state.session.id, step);
        const head = findPicture(state.turns, session.headPictureId);
        if (head && head.id !== state.session.headPictureId) {
          select(head.id);
          const text = t(step === 'undo' ? 'history.backAt' : 'history.onTo', {
            version: `v${head.version}`,
          });
          showToast(text, undefined, TOPIC);
        } else {
          const what = t(`shell.operations.${operation.kind}`);
          showToast(t(`shell.${step}What`, { what }), undefined, TOPIC);
        }
      });
    },
    [newest, select, t, attempt],
  );
}
