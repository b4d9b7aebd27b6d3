/** A dot that says by its colour whether an engine can draw now. */
import type { EngineView } from '../../../studio/protocol.ts';

const DOT: Record<EngineView['standing'], string> = {
  ready: 'bg-good',
  idle: 'bg-faint',
  starting: 'bg-accent animate-ink',
  away: 'bg-accent animate-ink',
  failed: 'bg-accent',
};

export function StandingDot({ engine }: { engine: EngineView }) {
  return <span className={`size-2 shrink-0 rounded-full ${DOT[engine.standing]}`} aria-hidden="true" />;
}
