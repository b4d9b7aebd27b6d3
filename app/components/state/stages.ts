/** The four stages of a picture in the order of the engine, and how a run stands in them. Pure. */
import type { Stage } from '../../../engine/index.ts';
import type { JobView } from '../../../studio/protocol.ts';
import type { Progress } from './session-state.ts';

export const STAGE_ORDER: readonly Stage[] = ['encode', 'prior', 'decode', 'vae'];

export interface StageRow {
  stage: Stage;
  done: number;
  total: number | null;
  state: 'waiting' | 'running' | 'finished';
}

/** A stage before the running one is finished even when its events were missed (the page was opened later). */
export function stageRows(progress: Progress | undefined): StageRow[] {
  const current = progress?.stage ? STAGE_ORDER.indexOf(progress.stage) : -1;
  return STAGE_ORDER.map((stage, position) => {
    const count = progress?.counts[stage];
    const finished = position < current || (count !== undefined && count.done >= count.total);
    const state = finished ? 'finished' : position === current ? 'running' : 'waiting';
    return { stage, done: count?.done ?? 0, total: count?.total ?? null, state };
  });
}

export function totalMs(job: JobView | null): number | null {
  if (!job?.elapsedMs) return null;
  return STAGE_ORDER.reduce((sum, stage) => sum + (job.elapsedMs?.[stage] ?? 0), 0);
}
