/** How far a run is: its stages with n of N, the time so far and the time left, its place in the queue. */
import { useTranslations } from 'next-intl';
import type { TurnView } from '../../../studio/protocol.ts';
import { useActions } from '../actions/actions.ts';
import { useAttempt } from '../actions/use-attempt.ts';
import { pauseQueue } from '../api/routes.ts';
import { useEngines } from '../api/use-engines.ts';
import { useQueue } from '../api/use-queue.ts';
import { StageBars } from '../facts/stage-bars.tsx';
import { TimeLeft } from '../facts/time-left.tsx';
import { FRAME_WIDTH, frameStyle } from '../picture/frame.tsx';
import type { Progress } from '../state/session-state.ts';
import { seconds } from '../ui/figures/seconds.ts';
import { PlainButton } from '../ui/plain-button.tsx';
import { useNow } from '../ui/use-now.ts';

export function RunningFacts({ turn, progress }: { turn: TurnView; progress: Progress | undefined }) {
  const t = useTranslations();
  const { job } = turn;
  const count = turn.recipe?.count ?? 1;
  const now = useNow(job?.state !== 'paused', job?.state === 'queued' ? 1_000 : 100);
  if (job?.state === 'queued' || job?.state === 'paused')
    return <Waiting turn={turn} progress={progress} now={now} />;
  const elapsedMs = Math.max(0, now - (progress?.startedAt ?? turn.createdAt));
  return (
    // As high as what stands here once the picture is there, so that it does not move then.
    <div className={`flex min-h-16 flex-col gap-2 ${FRAME_WIDTH}`} style={frameStyle(1)}>
      {job?.state === 'interrupted' && <p>{t('progress.interruptedHint')}</p>}
      <EngineMissing engine={job?.engine} />
      <div className="flex flex-wrap items-baseline gap-x-3 text-sm text-soft tabular-nums">
        <p>{seconds(elapsedMs)}</p>
        {count > 1 && <p>{t('progress.pictureOf', { index: (progress?.pictureIndex ?? 0) + 1, count })}</p>}
        <TimeLeft eta={progress?.eta ?? null} now={now} />
      </div>
      <StageBars progress={progress} />
    </div>
  );
}

/** Says that the engine of a job cannot draw now, and why; the job waits for it alone. */
function EngineMissing({ engine }: { engine: string | null | undefined }) {
  const t = useTranslations();
  const { engines = [] } = useEngines() ?? {};
  const found = engines.find(({ name }) => name === engine);
  if (engines.length < 2 || !found || found.standing === 'ready') return null;
  return (
    <p className="wrap-anywhere text-sm text-soft">
      {t(`engines.waitsFor.${found.standing}`, { name: found.name })}
    </p>
  );
}

interface WaitingProps {
  turn: TurnView;
  progress: Progress | undefined;
  now: number;
}

function Waiting({ turn: { job }, progress, now }: WaitingProps) {
  const t = useTranslations();
  const attempt = useAttempt();
  const queue = useQueue();
  const actions = useActions();
  if (!job) return null;
  const paused = job.state === 'paused';
  const isHeld = queue?.paused === true && !paused;
  return (
    <div className="flex flex-col items-start gap-2">
      <p>{paused ? t('progress.paused') : isHeld ? t('progress.queuePaused') : t('progress.queued')}</p>
      <EngineMissing engine={job.engine} />
      {job.waitsFor.length > 0 && <p className="text-sm text-soft">{t('progress.waitsFor')}</p>}
      {!paused && progress?.queuePosition ? (
        <p className="text-soft">{t('progress.turnsAhead', { count: progress.queuePosition })}</p>
      ) : null}
      {!paused && !isHeld && <TimeLeft eta={progress?.eta ?? null} now={now} />}
      <div className="flex flex-wrap gap-1.5">
        {isHeld && (
          <PlainButton onClick={() => attempt(() => pauseQueue(false))}>
            {t('progress.resumeQueue')}
          </PlainButton>
        )}
        <PlainButton onClick={() => actions.changeJob(job.id, paused ? 'resume' : 'pause')}>
          {paused ? t('progress.resume') : t('progress.pause')}
        </PlainButton>
        <PlainButton onClick={() => actions.changeJob(job.id, 'cancel')}>
          {t('progress.withdraw')}
        </PlainButton>
      </div>
    </div>
  );
}
