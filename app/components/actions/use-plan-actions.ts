/** What can be done with messages and their plans: a choice tapped, a plan changed, all of it stopped, a step shown. */
import { useMemo } from 'react';
import type { Action, ActionOf } from '../../../studio/agent/actions.ts';
import type { PictureView } from '../../../studio/protocol.ts';
import { isUnderWay } from '../../../studio/vocabulary.ts';
import { randomKey } from '../api/random-key.ts';
import { changeJob, changePlan, downloadHref, exportHref, postMessage } from '../api/routes.ts';
import type { OpenSession } from '../api/use-open-session.ts';
import { readDraft } from '../state/drafts.ts';
import { allPictures, headPicture } from '../state/intent.ts';
import { messageOfTurn } from '../state/rows.ts';
import type { Actions, ViewActions } from './actions.ts';
import { useAttempt } from './use-attempt.ts';

type PlanActions = Pick<Actions, 'say' | 'changePlan' | 'stop' | 'show'>;

export function usePlanActions(
  sessionId: string | null,
  { newest, addMessage }: OpenSession,
  { compare, search }: Pick<ViewActions, 'compare' | 'search'>,
): PlanActions {
  const attempt = useAttempt();
  return useMemo(() => {
    const versionOf = (version: number | undefined): PictureView | null => {
      const state = newest();
      if (version === undefined) return headPicture(state);
      return allPictures(state?.turns ?? []).find((each) => each.version === version) ?? null;
    };
    const shown = {
      compare: ({ versions: [one, other] }: ActionOf<'compare'>) => {
        const [before, after] = [versionOf(one), versionOf(other)];
        if (before && after) compare(before, after);
      },
      search: ({ query }: ActionOf<'search'>) => search(query),
      export: ({ what, version }: ActionOf<'export'>) => {
        const picture = what === 'picture' ? versionOf(version) : null;
        if (picture) location.assign(downloadHref(picture));
        else if (what === 'session' && sessionId) location.assign(exportHref(sessionId));
      },
    };
    const show = (step: Action) => {
      if (step.type === 'compare') shown.compare(step);
      else if (step.type === 'search') shown.search(step);
      else if (step.type === 'export') shown.export(step);
    };
    return {
      show,
      say: (text, plan) =>
        attempt(async () => {
          const { options, model } = readDraft(sessionId);
          const turn = { prompt: text, mode: 'edit' as const, options, ...(model !== null && { model }) };
          const { message, turns } = await postMessage(sessionId!, { text, plan, turn }, randomKey());
          if (!message) return;
          addMessage(sessionId!, message, turns);
          for (const step of message.plan.slice(0, message.outcomes.length)) show(step);
        }),
      changePlan: (messageId, plan) =>
        attempt(async () => {
          const { message, turns } = await changePlan(messageId, plan);
          addMessage(sessionId!, message, turns);
        }),
      stop: (turn) =>
        attempt(async () => {
          const state = newest();
          const message = messageOfTurn(state?.messages ?? [], turn.id);
          const ids = new Set(message?.outcomes.flatMap(({ turnIds = [] }) => turnIds) ?? [turn.id]);
          const jobs = (state?.turns ?? []).flatMap(({ id, job }) =>
            ids.has(id) && isUnderWay(job) ? [job!] : [],
          );
          // The last first: none is left that waits for one that is gone.
          for (const { id } of jobs.reverse()) await changeJob(id, 'cancel');
        }),
    };
  }, [sessionId, newest, addMessage, compare, search, attempt]);
}
