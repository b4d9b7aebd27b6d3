/** An engine that may go away and comes back by itself, as those see it who wait for it. */
import type { EngineError } from './errors.ts';
import type { Engine, ModelInfo } from './request.ts';

/** `failed` stays until someone changes what was asked for and starts again; `restarting` heals itself. */
export type EngineState = 'loading' | 'ready' | 'restarting' | 'failed' | 'closed';

export interface WatchedEngine extends Engine {
  readonly state: EngineState;
  /** Why the engine is `failed`, or why it is `restarting`. */
  readonly error: EngineError | undefined;
  /** As {@link Engine.info}, which throws before the model was there for the first time; undefined until then. */
  readonly loadedInfo: ModelInfo | undefined;
  /** Calls `listener` on every change of state; the returned function ends it. */
  onState(listener: (state: EngineState) => void): () => void;
  /** Waits for the model. Throws EngineError: why there is none, `engine_died` when closed, or `cancelled` by the signal. */
  ready(options?: { signal?: AbortSignal }): Promise<ModelInfo>;
}
