/** The engine that draws the next message: the one chosen, else that of the session's newest turn, else the server's default. Pure. */
import type { EngineView } from '../../../studio/protocol.ts';
import type { Draft } from './drafts.ts';
import type { SessionState } from './session-state.ts';

export interface ModelChoice {
  /** All that can be chosen; there is a choice where there are several. */
  engines: readonly EngineView[];
  chosen: EngineView | null;
  /** Another one that draws the same message too. */
  also: EngineView | null;
}

export function modelChoice(
  engines: readonly EngineView[],
  draft: Draft,
  state: SessionState | null,
): ModelChoice {
  const of = (name: string | null | undefined) => engines.find((engine) => engine.name === name) ?? null;
  const newest = state?.turns.findLast(({ job }) => job)?.job?.engine;
  const chosen = of(draft.model) ?? of(newest) ?? engines.find(({ isDefault }) => isDefault) ?? null;
  const also = draft.also === chosen?.name ? null : of(draft.also);
  return { engines, chosen, also };
}
