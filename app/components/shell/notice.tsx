'use client';
/** The banner over the composer when the server or the socket is away; says what happens next. */
import { CloudOff } from 'lucide-react';
import { useEffect, useState } from 'react';
import type { HealthState } from '../state/use-health.ts';
import { useStrings } from '../strings.ts';

const PATIENCE_MS = 1_200;

export function Notice({ health, connected }: { health: HealthState; connected: boolean }) {
  const strings = useStrings();
  const offline = health.status === 'offline';
  const away = offline || !connected;
  const shown = useLasting(away);
  return (
    <div role="alert">
      {shown && away && (
        <p className="mb-2 flex animate-rise items-center gap-2.5 rounded-[12px] border border-edge bg-card px-3.5 py-2.5 text-[13px]">
          <CloudOff className="size-4 shrink-0 text-accent" aria-hidden="true" />
          {offline ? strings.offlineBanner : strings.reconnecting}
        </p>
      )}
    </div>
  );
}

/** True once the condition has held for a moment, so that a blink of the network shows nothing. */
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
