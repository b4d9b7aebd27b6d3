/** The line at the foot of the left column: which model answers, or what is in its way. */
import { useTranslations } from 'next-intl';
import type { HealthState } from '../api/use-health.ts';
import type { Translator } from '../ui/translator.ts';

const DOT: Record<HealthState['status'], string> = {
  ready: 'bg-good',
  loading: 'bg-accent animate-ink',
  restarting: 'bg-accent animate-ink',
  failed: 'bg-accent',
  degraded: 'bg-accent',
  checking: 'bg-faint animate-ink',
  offline: 'bg-accent',
};

export function ModelStatus({ health }: { health: HealthState }) {
  const t = useTranslations();
  return (
    <div className="flex items-center gap-2.5 border-line border-t px-4 py-3 text-xs text-soft">
      <span className={`size-2 shrink-0 rounded-full ${DOT[health.status]}`} aria-hidden="true" />
      <span className="truncate" title={health.model?.digest}>
        {describe(health, t)}
      </span>
    </div>
  );
}

function describe({ status, model }: HealthState, t: Translator): string {
  if (status === 'offline') return t('model.modelOffline');
  if (status === 'loading') return t('model.modelLoading');
  if (status === 'restarting') return t('model.modelRestarting');
  if (status === 'failed') return t('model.modelFailed');
  if (status === 'degraded') return t('model.modelDegraded');
  if (!model) return t('model.modelChecking');
  return t('model.modelReady', {
    name: model.name,
    device: `${model.precision} · ${model.device.toUpperCase()}`,
  });
}
