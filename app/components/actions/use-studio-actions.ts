/** The actions of the page, joined to the server and the composer. */
import { useTranslations } from 'next-intl';
import { useMemo } from 'react';
import type { PictureView } from '../../../studio/protocol.ts';
import { textsByHand } from '../../../studio/quotes.ts';
import { changeJob, changeSession, changeTurn, rebasePrompt, repeatTurn, replay } from '../api/routes.ts';
import type { OpenSession } from '../api/use-open-session.ts';
import { openComposerDialog } from '../state/composer-dialog.ts';
import { addReference, draftOf, readDraft, writeDraft } from '../state/drafts.ts';
import { copyPicture, copyText } from '../ui/clipboard.ts';
import { showToast } from '../ui/toast-store.ts';
import type { Actions, ViewActions } from './actions.ts';
import { refuseTarget } from './refuse-target.ts';
import { useAttempt } from './use-attempt.ts';
import { useHistoryStep } from './use-history-step.ts';
import { usePlanActions } from './use-plan-actions.ts';

/** The instructions that led from one picture to another, as one text to be sent on the first. */
export interface Rebase {
  from: PictureView;
  to: PictureView;
  prompt: string;
}

/** Returns the same object for as long as the session, the language and `views` stay the same. */
export function useStudioActions(
  sessionId: string | null,
  open: OpenSession,
  views: ViewActions & { openRebase: (rebase: Rebase) => void },
): Actions {
  const t = useTranslations();
  const attempt = useAttempt();
  const stepHistory = useHistoryStep(open, views.select);
  const planActions = usePlanActions(sessionId, open, views);
  const { add, newest } = open;

  return useMemo(() => {
    const { openRebase, ...viewActions } = views;
    const { choose, select, focusMessage } = viewActions;
    const undo = { label: t('history.undo'), run: () => stepHistory('undo') };
    return {
      ...viewActions,
      ...planActions,
      stepHistory,
      editFrom: ({ id }) => {
        writeDraft(sessionId, { mode: 'edit', targetId: id });
        focusMessage();
      },
      goOnFrom: ({ id }) => {
        // Shown at once; once the head is there, undo takes the message along again.
        writeDraft(sessionId, { mode: 'edit', targetId: id });
        choose(id);
        attempt(async () => {
          if (newest()?.session.headPictureId !== id) await changeSession(sessionId!, { headPictureId: id });
          if (readDraft(sessionId).targetId === id) writeDraft(sessionId, { mode: null, targetId: null });
        });
      },
      addReference: ({ id }) => {
        if (refuseTarget(newest(), id, t)) return;
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
      writeAgain: (turn, text) => {
        writeDraft(sessionId, { ...draftOf(turn), text });
        focusMessage();
      },
      holdWithMask: (turn) => {
        writeDraft(sessionId, draftOf(turn));
        openComposerDialog('mask');
      },
      continueFrom: (headPictureId) => {
        writeDraft(sessionId, { targetId: null, mode: null });
        select(headPictureId);
        attempt(() => changeSession(sessionId!, { headPictureId }));
        focusMessage();
      },
      repeat: (turnId, body) =>
        attempt(async () => {
          add(sessionId!, await repeatTurn(turnId, body));
        }),
      replay: (change) =>
        attempt(async () => {
          const { turns } = await replay(sessionId!, change);
          for (const turn of turns) add(sessionId!, turn);
          showToast(t('details.replayed', { count: turns.length }), undo);
        }),
      rebase: (from, to) =>
        attempt(async () => {
          openRebase({ from, to, prompt: await rebasePrompt(sessionId!, from.id, to.id) });
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
      changeJob: (jobId, verb) => attempt(() => changeJob(jobId, verb)),
    };
  }, [sessionId, add, newest, views, planActions, stepHistory, attempt, t]);
}
