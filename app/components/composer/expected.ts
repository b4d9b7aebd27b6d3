/** About how long the next picture takes, from the newest finished turn of the session. Pure; null when unknown. */
import type { SessionState } from '../state/session-state.ts';
import { totalMs } from '../state/stages.ts';

export function expectedMs(state: SessionState | null, count: number): number | null {
  const last = state?.nodes.findLast(({ job }) => job?.state === 'done');
  const ms = totalMs(last?.job ?? null);
  if (!ms) return null;
  return (ms / Math.max(1, last?.recipe?.count ?? 1)) * count;
}
