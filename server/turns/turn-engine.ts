/** Which engine draws a turn, and the facts of its model. Knows no queue. */
import { lastEngineOf } from '../../db/jobs.ts';
import type { ModelInfo } from '../../engine/index.ts';
import { Refusal } from '../../studio/refusal.ts';
import type { Runtime } from '../runtime.ts';

type Parts = Pick<Runtime, 'db' | 'engines'>;

/**
 * The engine of a turn: the one that it names, else `before` or that of the session's newest turn while it is there, else the
 * default. Throws {@link Refusal} `model_not_found`.
 */
export function engineOfTurn(
  { db, engines }: Parts,
  sessionId: string,
  named: string | undefined,
  before: string | null | undefined = lastEngineOf(db, sessionId),
): string {
  if (named !== undefined) return requireEngine(engines, named);
  return before && engines.entryOf(before) ? before : engines.default;
}

/** The engine that a text names. Throws {@link Refusal} `model_not_found`. */
export function requireEngine(engines: Runtime['engines'], named: string): string {
  const name = engines.named(named);
  if (name === undefined)
    throw new Refusal(
      'model_not_found',
      { model: named, loaded: engines.names.join(', ') },
      { field: 'model' },
    );
  return name;
}

/** The facts of an engine's model; asking for them starts it. Throws {@link Refusal} `engine_unavailable` until they are known. */
export function modelInfo(engines: Runtime['engines'], name: string): ModelInfo {
  const engine = engines.start(name);
  const info = engines.infoOf(name);
  if (info) return info;
  if (engine?.state !== 'failed') throw new Refusal('engine_unavailable.loading', {});
  throw new Refusal('engine_unavailable.failed', { problem: engine.error?.message ?? '' });
}
