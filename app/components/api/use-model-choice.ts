/** The engine that draws the next message, loaded as soon as it is the chosen one, and how it stands. */
import { useEffect, useMemo } from 'react';
import type { EngineStanding, EngineView } from '../../../studio/protocol.ts';
import type { Draft } from '../state/drafts.ts';
import { type ModelChoice, modelChoice } from '../state/model-choice.ts';
import type { SessionState } from '../state/session-state.ts';
import { startEngine } from './routes.ts';
import { useEngines, useRefreshEngines } from './use-engines.ts';
import type { HealthState } from './use-health.ts';

const NONE: EngineView[] = [];

export function useModelChoice(draft: Draft, state: SessionState | null): ModelChoice {
  const engines = useEngines()?.engines ?? NONE;
  const refresh = useRefreshEngines();
  const choice = useMemo(() => modelChoice(engines, draft, state), [engines, draft, state]);
  const { chosen, also } = choice;
  const idle = [chosen, also].find((engine) => engine?.standing === 'idle')?.name;
  useEffect(() => {
    // Where it cannot be loaded, its standing says why.
    if (idle !== undefined) startEngine(idle).then(refresh, () => {});
  }, [idle, refresh]);
  return choice;
}

const STATUS: Record<EngineStanding, HealthState['status']> = {
  idle: 'loading',
  starting: 'loading',
  ready: 'ready',
  away: 'restarting',
  failed: 'failed',
};

/** The state of the server as the chosen engine has it; that of the server itself while it has no choice, or is out of reach. */
export function healthOf(health: HealthState, { engines, chosen }: ModelChoice): HealthState {
  const isOfServer = ['offline', 'degraded', 'checking'].includes(health.status);
  if (!chosen || engines.length < 2 || isOfServer) return health;
  return {
    status: STATUS[chosen.standing],
    model: chosen.model,
    reason: chosen.reason ?? undefined,
    engine: chosen.name,
  };
}
