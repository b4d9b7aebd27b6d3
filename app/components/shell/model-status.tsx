/** The line at the foot of the left column: which model answers, or what is in its way, and the way to the settings. */
import { Settings } from 'lucide-react';
import Link from 'next/link';
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
    <div className="flex items-center gap-2.5 border-line border-t py-1 pr-2 pl-4 text-xs text-soft">
      <span className={`size-2 shrink-0 rounded-full ${DOT[health.status]}`} aria-hidden="true" />
      <span className="min-w-0 flex-1 truncate" title={health.model?.digest}>
        {describe(health, t)}
      </span>
      <Link
        href="/settings"
        aria-label={t('engines.settings')}
        title={t('engines.settings')}
        className="grid size-9 shrink-0 place-items-center rounded-lg transition-colors hover:bg-wash hover:text-ink [&>svg]:size-[18px]"
      >
        <Settings aria-hidden="true" />
      </Link>
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
  if (model.device === 'elsewhere') return t('model.modelElsewhere', { name: model.name });
  return t('model.modelReady', {
    name: model.name,
    device: `${model.precision} · ${model.device.toUpperCase()}`,
  });
}
