'use client';
/** The line at the foot of the left column: which model answers, or what is in its way. */
import type { HealthState } from '../state/use-health.ts';
import { type Strings, useStrings } from '../strings.ts';

const DOT: Record<HealthState['status'], string> = {
  ready: 'bg-good',
  loading: 'bg-accent animate-ink',
  restarting: 'bg-accent animate-ink',
  failed: 'bg-accent',
  checking: 'bg-faint animate-ink',
  offline: 'bg-accent',
};

export function ModelStatus({ health }: { health: HealthState }) {
  const strings = useStrings();
  return (
    <div className="flex items-center gap-2.5 border-line border-t px-4 py-3 text-[12px] text-soft">
      <span className={`size-2 shrink-0 rounded-full ${DOT[health.status]}`} aria-hidden="true" />
      <span className="truncate" title={health.model?.digest}>
        {describe(health, strings)}
      </span>
    </div>
  );
}

function describe({ status, model }: HealthState, strings: Strings): string {
  if (status === 'offline') return strings.modelOffline;
  if (status === 'loading') return strings.modelLoading;
  if (status === 'restarting') return strings.modelRestarting;
  if (status === 'failed') return strings.modelFailed;
  if (!model) return strings.modelChecking;
  return strings.modelReady(model.name, `${model.precision} · ${model.device.toUpperCase()}`);
}
