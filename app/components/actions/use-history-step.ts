'use client';
/** Undo and redo of the open session. What they came to is shown in the conversation and said in a toast. */
import { useTranslations } from 'next-intl';
import { useCallback, useRef } from 'react';
import { travel } from '../api/routes.ts';
import { findPicture } from '../state/intent.ts';
import type { SessionState } from '../state/session-state.ts';
import { showToast } from '../ui/toast-store.ts';
import { useSessionDeeds } from './use-session-actions.ts';

/** News of where the session stands; the newest is the only one that is true. */
const TOPIC = 'travel';

export type Way = 'undo' | 'redo';

export function useTravel(state: SessionState | null, show: (pictureId: string) => void): (way: Way) => void {
  const t = useTranslations();
  const { attempt } = useSessionDeeds();
  const newest = useRef(state);
  newest.current = state;

  // biome-ignore lint/correctness/useExhaustiveDependencies: `attempt` and `t` only carry words.
  return useCallback(
    (way) => {
      const state = newest.current;
      if (!state) return;
      attempt(async () => {
        const { operation, session } = await travel(state.session.id, way);
        const head = findPicture(state.turns, session.headPictureId);
        if (head && head.id !== state.session.headPictureId) {
          show(head.id);
          showToast(
            t(`history.${way === 'undo' ? 'backAt' : 'onTo'}`, { version: `v${head.version}` }),
            undefined,
            TOPIC,
          );
        } else {
          const what = t(`shell.operations.${operation.kind}`);
          showToast(t(`shell.${way}What`, { what }), undefined, TOPIC);
        }
      });
    },
    [show],
  );
}
