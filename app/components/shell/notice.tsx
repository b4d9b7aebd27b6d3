/** The banner over the composer while server, socket or model cannot be reached, and what happens next. */
import { CloudOff, TriangleAlert } from 'lucide-react';
import { useTranslations } from 'next-intl';
import { useEffect, useState } from 'react';
import type { HealthState } from '../api/use-health.ts';
import type { Translator } from '../ui/translator.ts';

const PATIENCE_MS = 1_200;

export function Notice({ health, connected }: { health: HealthState; connected: boolean }) {
  const t = useTranslations();
  const text = explain(health, connected, t);
  const shown = useLasting(text !== null);
  const Sign = health.status === 'failed' || health.status === 'degraded' ? TriangleAlert : CloudOff;
  return (
    <div role="alert">
      {shown && text && (
        <p className="mb-2 flex animate-rise items-center gap-2.5 rounded-xl border border-edge bg-card px-3.5 py-2.5 text-sm">
          <Sign className="size-4 shrink-0 text-accent" aria-hidden="true" />
          <span className="wrap-anywhere min-w-0">{text}</span>
        </p>
      )}
    </div>
  );
}

function explain({ status, reason }: HealthState, connected: boolean, t: Translator): string | null {
  if (status === 'offline') return t('model.offlineBanner');
  if (status === 'failed') return t('model.failedBanner', { reason: reason ?? '' });
  if (status === 'degraded') return reason ?? '';
  return connected ? null : t('model.reconnecting');
}

/** True once the condition has held for a moment, so that a short break of the network shows nothing. */
function useLasting(condition: boolean): boolean {
  const [lasting, setLasting] = useState(false);
  useEffect(() => {
    if (!condition) return;
    const timer = setTimeout(() => setLasting(true), PATIENCE_MS);
    return () => {
      clearTimeout(timer);
      setLasting(false);
    };
  }, [condition]);
  return lasting;
}
