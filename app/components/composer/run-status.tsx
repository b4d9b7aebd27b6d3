/**
 * The status "Progress": what the running turn does, in words, changing no faster than a screen reader can follow.
 * Always in the document, because a live region is only announced when it was there before its words change.
 */
import { useTranslations } from 'next-intl';
import { useEffect, useEffectEvent, useState } from 'react';
import type { TurnView } from '../../../studio/protocol.ts';
import type { SessionState } from '../state/session-state.ts';
import { totalMs } from '../state/stages.ts';
import { seconds } from '../ui/figures/seconds.ts';
import type { Translator } from '../ui/translator.ts';

const PACE_MS = 500;
const NOTHING = { sessionId: null as string | null, turnId: null as string | null, createdAt: 0 };

interface RunStatusProps {
  state: SessionState | null;
  active: TurnView | null;
}

export function RunStatus({ state, active }: RunStatusProps) {
  const t = useTranslations();
  const watchedId = useWatched(state, active);
  const turn = active ?? state?.turns.find(({ id }) => id === watchedId) ?? null;
  const stage = turn ? state?.progress[turn.id]?.stage : null;
  const text = usePaced(turn && state ? describe(turn, state, t) : '', `${turn?.job?.state} ${stage}`);
  return (
    <p role="status" aria-label={t('progress.progress')} className="min-w-0 truncate text-ink tabular-nums">
      {text}
    </p>
  );
}

/**
 * The turn that is spoken of until another one is: the one that was last under way, or a later one that came while the session was
 * open. A fast turn may be done before the page hears of it, and is spoken of as well.
 */
function useWatched(state: SessionState | null, active: TurnView | null): string | null {
  const [watched, setWatched] = useState(NOTHING);
  const sessionId = state?.session.id ?? null;
  const newest = state?.turns.at(-1);
  const opened = { sessionId, turnId: active?.id ?? null, createdAt: (active ?? newest)?.createdAt ?? 0 };
  const latest = active ?? (newest && newest.createdAt > watched.createdAt ? newest : null);
  if (sessionId !== watched.sessionId) setWatched(opened);
  else if (latest && latest.id !== watched.turnId)
    setWatched({ sessionId, turnId: latest.id, createdAt: latest.createdAt });
  return watched.turnId;
}

function describe(turn: TurnView, state: SessionState, t: Translator): string {
  const progress = state.progress[turn.id];
  const [picture] = turn.pictures;
  switch (turn.job?.state) {
    case 'queued':
      return t('progress.queued');
    case 'running': {
      const { stage, counts } = progress ?? { stage: null, counts: {} };
      if (!stage) return t('progress.starting');
      const { done, total } = counts[stage] ?? { done: 0, total: 0 };
      const how = total > 0 ? `, ${t('progress.nOf', { done, total })}` : '';
      return t(`progress.stagesActive.${stage}`) + how;
    }
    case 'done':
      return picture
        ? t('progress.ready', { version: `v${picture.version}`, seconds: seconds(totalMs(turn.job) ?? 0) })
        : '';
    case 'failed':
      if (turn.job.error?.code === 'parent_failed') return t('progress.notStarted');
      return t('progress.failed');
    case 'cancelled':
      return t('progress.stopped');
    case 'interrupted':
      return t('progress.interrupted');
    default:
      return '';
  }
}

/** Lets a change of `kind` through at once and anything else at most twice a second. */
function usePaced(text: string, kind: string): string {
  const [shown, setShown] = useState({ text, kind });
  const sample = useEffectEvent((of: string) => setShown({ text, kind: of }));
  useEffect(() => {
    sample(kind);
    const timer = setInterval(() => sample(kind), PACE_MS);
    return () => clearInterval(timer);
  }, [kind]);
  return shown.kind === kind ? shown.text : text;
}
