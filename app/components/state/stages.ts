/** How a run stands in the stages of a picture. Pure. */
import type { JobView } from '../../../studio/protocol.ts';
import { STAGES, type Stage } from '../../../studio/vocabulary.ts';
import type { Progress } from './session-state.ts';

export interface StageRow {
  stage: Stage;
  done: number;
  total: number | null;
  state: 'waiting' | 'running' | 'finished';
}

/** A stage before the running one is finished even when its events were missed (the page was opened later). */
export function stageRows(progress: Progress | undefined): StageRow[] {
  const current = progress?.stage ? STAGES.indexOf(progress.stage) : -1;
  return STAGES.map((stage, position) => {
    const count = progress?.counts[stage];
    const finished = position < current || (count !== undefined && count.done >= count.total);
    const state = finished ? 'finished' : position === current ? 'running' : 'waiting';
    return { stage, done: count?.done ?? 0, total: count?.total ?? null, state };
  });
}

export function totalMs(job: JobView | null): number | null {
  if (!job?.elapsedMs) return null;
  return STAGES.reduce((sum, stage) => sum + (job.elapsedMs?.[stage] ?? 0), 0);
}
