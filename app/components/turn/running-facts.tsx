'use client';
/** How far a run is: its stages with n of N, the time so far, its place in the queue. */
import type { NodeView } from '../../protocol.ts';
import { PlainButton } from '../shell/plain-button.tsx';
import { cancelJob } from '../state/api.ts';
import type { Progress } from '../state/session-state.ts';
import { useNow } from '../state/use-now.ts';
import { seconds, useStrings } from '../strings.ts';
import { StageBars } from './stage-bars.tsx';

export function RunningFacts({ node, progress }: { node: NodeView; progress: Progress | undefined }) {
  const strings = useStrings();
  const queued = node.job?.state === 'queued';
  const count = node.recipe?.count ?? 1;
  const now = useNow(!queued);
  if (queued) {
    return (
      <div className="flex flex-col items-start gap-2.5">
        <p>{strings.queued}</p>
        {progress?.queuePosition ? (
          <p className="text-soft">{strings.ahead(progress.queuePosition)}</p>
        ) : null}
        <PlainButton onClick={() => node.job && cancelJob(node.job.id)}>{strings.withdraw}</PlainButton>
      </div>
    );
  }
  const elapsedMs = Math.max(0, now - (progress?.startedAt ?? node.createdAt));
  return (
    <>
      {node.job?.state === 'interrupted' && <p>{strings.interruptedHint}</p>}
      {count > 1 && (
        <p className="text-[13px] text-soft">{strings.pictureOf((progress?.imageIndex ?? 0) + 1, count)}</p>
      )}
      <StageBars progress={progress} />
      <p className="font-mono text-[12px] text-soft tabular-nums">{seconds(elapsedMs)}</p>
    </>
  );
}
