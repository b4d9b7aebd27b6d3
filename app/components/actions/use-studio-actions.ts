'use client';
/** Joins the deeds to the server, the composer and the views of the page. A refusal is told in a toast. */
import { useTranslations } from 'next-intl';
import { useMemo, useRef } from 'react';
import { textsByHand } from '../../../studio/quotes.ts';
import { changeSession, changeTurn, repeatTurn, replay, tellJob } from '../api/routes.ts';
import type { OpenSession } from '../api/use-open-session.ts';
import { focusMessage } from '../message-box/message-box.tsx';
import { addReference, writeDraft } from '../state/drafts.ts';
import { copyPicture, copyText } from '../ui/clipboard.ts';
import { showToast } from '../ui/toast-store.ts';
import type { Deeds } from './actions.ts';
import { refuseTarget } from './refuse-target.ts';
import { useSessionDeeds } from './use-session-actions.ts';

type Views = Pick<Deeds, 'view' | 'choose' | 'select' | 'showDetails' | 'compare' | 'rebase' | 'travel'>;

export function useMakeDeeds(sessionId: string | null, { add, state }: OpenSession, views: Views): Deeds {
  const t = useTranslations();
  const { attempt } = useSessionDeeds();
  const { view, choose, select, showDetails, compare, rebase, travel } = views;

  const newest = useRef(state);
  newest.current = state;

  // biome-ignore lint/correctness/useExhaustiveDependencies: `attempt` and `t` only carry words.
  return useMemo(() => {
    const undo = {
      label: t('history.undo'),
      run: () => travel('undo'),
    };
    return {
      view,
      choose,
      select,
      showDetails,
      compare,
      rebase,
      travel,
      editFrom: ({ id }) => {
        writeDraft(sessionId, { mode: 'edit', targetId: id });
        focusMessage();
      },
      addReference: ({ id }) => {
        if (refuseTarget(newest.current, id, t)) return;
        addReference(sessionId, { pictureId: id, role: 'reference' });
        focusMessage();
      },
      reuseSettings: ({ recipe, prompt }) => {
        if (!recipe) return;
        const { widthPx, heightPx, seed, steps, guidanceScale, count, layout, renderTexts } = recipe;
        const options = { widthPx, heightPx, seed, steps, guidanceScale, count, layout };
        writeDraft(sessionId, { options, renderTexts: textsByHand(prompt, renderTexts) });
        focusMessage();
      },
      reuseText: ({ prompt }) => {
        writeDraft(sessionId, { text: prompt });
        focusMessage();
      },
      continueFrom: (headPictureId) => {
        writeDraft(sessionId, { targetId: null, mode: null });
        select(headPictureId);
        attempt(() => changeSession(sessionId!, { headPictureId }));
        focusMessage();
      },
      repeat: (turnId, body) =>
        attempt(async () => {
          const { turn, job } = await repeatTurn(turnId, body);
          add({ ...turn, job: turn.job ?? job });
        }),
      replay: (change) =>
        attempt(async () => {
          const { turns } = await replay(sessionId!, change);
          for (const turn of turns) add(turn);
          showToast(t('details.replayed', { count: turns.length }), undo);
        }),
      copyPicture: async ({ hash }) =>
        showToast((await copyPicture(hash)) ? t('shell.copied') : t('turn.cannotCopy')),
      copyMessage: async ({ prompt }) => {
        await copyText(prompt);
        showToast(t('shell.copied'));
      },
      hide: (turnId) =>
        attempt(async () => {
          await changeTurn(turnId, 'removed');
          showToast(t('turn.hidden'), undo);
        }),
      tellJob: (jobId, verb) => attempt(() => tellJob(jobId, verb)),
    };
  }, [sessionId, add, view, choose, select, showDetails, compare, rebase, travel]);
}
