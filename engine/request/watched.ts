/** An engine that may go away and comes back by itself, as those see it who wait for it. */
import { EngineError } from './errors.ts';
import type { Engine, ModelInfo } from './request.ts';

/** `failed` stays until someone changes what was asked for and starts again; `restarting` heals itself. */
export type EngineState = 'loading' | 'ready' | 'restarting' | 'failed' | 'closed';

export interface WatchedEngine extends Engine {
  readonly state: EngineState;
  /** Why the engine is `failed`, or why it is `restarting`; while it is `ready`, why one of several servers draws nothing. */
  readonly error: EngineError | undefined;
  /** As {@link Engine.info}, which throws before the model was there for the first time; undefined until then. */
  readonly loadedInfo: ModelInfo | undefined;
  /** Memory that it holds on this machine, as it was last told; undefined where it holds none, or is not told. */
  readonly residentBytes?: number | undefined;
  /** Calls `listener` on every change of state; the returned function ends it. */
  onState(listener: (state: EngineState) => void): () => void;
  /** Waits for the model. Throws EngineError: why there is none, `engine_died` when closed, or `cancelled` by the signal. */
  ready(options?: { signal?: AbortSignal }): Promise<ModelInfo>;
}

/** The watched part of such an engine: its state, its facts and its error, and those who wait for it. */
export abstract class EngineWatch {
  readonly #listeners = new Set<(state: EngineState) => void>();
  #state: EngineState = 'loading';
  #info: ModelInfo | undefined;
  #error: EngineError | undefined;

  /** What {@link info} throws while the model was never there and nothing went wrong. */
  protected abstract notYet(): EngineError;

  get state(): EngineState {
    return this.#state;
  }

  /** As {@link WatchedEngine.error}. */
  get error(): EngineError | undefined {
    return this.#error;
  }

  /** As {@link WatchedEngine.loadedInfo}. */
  get loadedInfo(): ModelInfo | undefined {
    return this.#info;
  }

  /** Facts of the model; kept while it is away. Throws EngineError before it was there for the first time. */
  get info(): ModelInfo {
    if (this.#info) return this.#info;
    throw this.#error ?? this.notYet();
  }

  /** As {@link WatchedEngine.onState}. */
  onState(listener: (state: EngineState) => void): () => void {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  }

  /** As {@link WatchedEngine.ready}. */
  async ready({ signal }: { signal?: AbortSignal } = {}): Promise<ModelInfo> {
    const { promise, resolve, reject } = Promise.withResolvers<ModelInfo>();
    const settle = (): void => {
      if (signal?.aborted) reject(cancelled());
      else if (this.#state === 'ready') resolve(this.info);
      else if (this.#state === 'failed') reject(this.#error);
      else if (this.#state === 'closed') reject(closed());
    };
    const stop = this.onState(settle);
    signal?.addEventListener('abort', settle);
    settle();
    try {
      return await promise;
    } finally {
      signal?.removeEventListener('abort', settle);
      stop();
    }
  }

  /** Takes a state, with the facts or the error that come with it, and calls every listener. A closed engine stays closed. */
  protected become(state: EngineState, change: { info?: ModelInfo; error?: EngineError } = {}): void {
    if (this.#state === 'closed') return;
    if (change.info) this.#info = change.info;
    if ('error' in change) this.#error = change.error;
    this.#state = state;
    for (const listener of [...this.#listeners]) listener(state);
  }
}

/** The error of a request that its caller stopped. */
export const cancelled = () => new EngineError('cancelled', 'The request was cancelled.');
/** The error of a request to an engine that was closed. */
export const closed = () => new EngineError('engine_died', 'The engine was closed.');
