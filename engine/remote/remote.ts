/**
 * The engine's surface over one server elsewhere: one call a picture, so that a stopped request begins no further one and any picture
 * of a request can be made alone. A server that goes away is asked until it is back. Knows no server's way of speaking.
 */
import { setTimeout as sleep } from 'node:timers/promises';
import { checkRequest } from '../pipeline/request-check.ts';
import { EngineError } from '../request/errors.ts';
import { progress, StageClock } from '../request/progress.ts';
import type { EngineEvent, GenerationRequest, ModelInfo } from '../request/request.ts';
import type { EngineState, WatchedEngine } from '../request/watched.ts';
import { quotedTexts } from '../tokens/glyph-text.ts';
import type { Adapter, PictureRequest } from './adapter.ts';
import { Deadline } from './deadline.ts';
import { Endpoint, type EndpointOptions } from './http.ts';
import { openAiImages } from './openai-images.ts';
import { received } from './pictures.ts';
import { sglang } from './sglang.ts';
import { checkSupported } from './supported.ts';

const ADAPTERS = { openai: openAiImages, sglang };

/** How servers are spoken to. */
export type RemoteKind = keyof typeof ADAPTERS;
export const REMOTE_KINDS = Object.keys(ADAPTERS) as RemoteKind[];

export interface RemoteOptions extends EndpointOptions {
  kind: RemoteKind;
  /** The model to draw with, where the server has several. */
  model?: string;
  /** What any picture may take; more for larger ones. Default: 300 s. */
  leastDeadlineMs?: number;
  /** Wait before a server that is away is asked again; doubles up to 5 s. Default: 200. */
  retryDelayMs?: number;
}

const LONGEST_DELAY_MS = 5_000;
const PROBE_MS = 60_000;

export class RemoteEngine implements WatchedEngine {
  readonly #endpoint: Endpoint;
  readonly #adapter: Adapter;
  readonly #deadline: Deadline;
  readonly #firstDelayMs: number;
  readonly #listeners = new Set<(state: EngineState) => void>();
  readonly #closing = new AbortController();
  #state: EngineState = 'loading';
  #info: ModelInfo | undefined;
  #error: EngineError | undefined;

  /** Asks for the server in the background, see {@link RemoteEngine.ready}. Throws `bad_request` for what is no address. */
  constructor({ kind, model, leastDeadlineMs, retryDelayMs = 200, ...endpoint }: RemoteOptions) {
    this.#endpoint = new Endpoint(endpoint);
    this.#adapter = ADAPTERS[kind](this.#endpoint, model);
    this.#deadline = new Deadline(leastDeadlineMs);
    this.#firstDelayMs = retryDelayMs;
    void this.#connect();
  }

  get state(): EngineState {
    return this.#state;
  }

  get error(): EngineError | undefined {
    return this.#error;
  }

  get loadedInfo(): ModelInfo | undefined {
    return this.#info;
  }

  get info(): ModelInfo {
    if (this.#info) return this.#info;
    throw (
      this.#error ?? new EngineError('unreachable', 'The engine has not answered yet. Try again in a moment.')
    );
  }

  onState(listener: (state: EngineState) => void): () => void {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  }

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

  /** As {@link WatchedEngine.generate}. Of a stopped picture the server may still finish what it has begun. */
  async *generate(
    request: GenerationRequest,
    { signal }: { signal?: AbortSignal } = {},
  ): AsyncGenerator<EngineEvent> {
    const info = await this.ready({ signal });
    checkRequest(request, info);
    checkSupported(request, info);
    const clock = new StageClock();
    const stopped = AbortSignal.any([this.#closing.signal, ...(signal ? [signal] : [])]);
    for (const index of request.only ?? Array.from({ length: request.count }, (_, at) => at)) {
      yield progress('denoise', index, 0, 1);
      const png = await clock.await('denoise', this.#picture(pictureRequest(request, index), stopped));
      yield progress('denoise', index, 1, 1);
      yield {
        type: 'picture',
        pictureIndex: index,
        png,
        widthPx: request.widthPx,
        heightPx: request.heightPx,
      };
    }
    yield { type: 'done', elapsedMs: clock.elapsedMs, runs: {}, speculated: { proposed: 0, accepted: 0 } };
  }

  /** Running requests throw `engine_died`. */
  async close(): Promise<void> {
    this.#setState('closed');
    this.#closing.abort();
    this.#endpoint.close();
  }

  async #picture(request: PictureRequest, signal: AbortSignal): Promise<Uint8Array> {
    const from = performance.now();
    try {
      const file = await this.#adapter.draw(request, { deadlineMs: this.#deadline.of(request), signal });
      this.#deadline.learn(request, performance.now() - from);
      return await received(file, request);
    } catch (error) {
      if (this.#closing.signal.aborted) throw closed();
      if (error instanceof EngineError && error.code === 'unreachable') this.#away(error);
      throw error;
    }
  }

  /** The server is gone: nothing is asked of it until it answers again. */
  #away(error: EngineError): void {
    if (this.#state !== 'ready') return;
    this.#error = error;
    this.#setState('restarting');
    void this.#connect();
  }

  /** Asks until the server says what it is, or that it cannot be used as it was asked for. */
  async #connect(): Promise<void> {
    for (let delayMs = this.#firstDelayMs; ; delayMs = Math.min(LONGEST_DELAY_MS, delayMs * 2)) {
      try {
        this.#info = await this.#adapter.probe({ deadlineMs: PROBE_MS, signal: this.#closing.signal });
        this.#error = undefined;
        return this.#setState('ready');
      } catch (error) {
        if (this.#closing.signal.aborted) return;
        this.#error =
          error instanceof EngineError ? error : new EngineError('internal', String(error), { cause: error });
        // What was right before is right again once all of it is up.
        const healsItself =
          this.#info !== undefined || ['unreachable', 'timed_out'].includes(this.#error.code);
        if (!healsItself) return this.#setState('failed');
        this.#setState(this.#info ? 'restarting' : 'loading');
      }
      await sleep(delayMs, undefined, { signal: this.#closing.signal }).catch(() => {});
      if (this.#closing.signal.aborted) return;
    }
  }

  #setState(state: EngineState): void {
    if (this.#state === 'closed') return;
    this.#state = state;
    for (const listener of [...this.#listeners]) listener(state);
  }
}

/** An engine elsewhere, once it has answered. Throws why it cannot be used; waits for one that is away. */
export async function connectEngine(
  options: RemoteOptions,
  { signal }: { signal?: AbortSignal } = {},
): Promise<WatchedEngine> {
  const engine = new RemoteEngine(options);
  try {
    await engine.ready({ signal });
    return engine;
  } catch (error) {
    await engine.close();
    throw error;
  }
}

/** One picture of a request: its seed follows its index, so that it is the same picture made alone. */
function pictureRequest(request: GenerationRequest, index: number): PictureRequest {
  const {
    prompt,
    renderTexts = [],
    references = [],
    mask,
    widthPx,
    heightPx,
    seed,
    steps,
    guidanceScale,
  } = request;
  return {
    prompt: withWords(prompt, renderTexts),
    references: references.map((reference) => ('file' in reference ? reference.file : reference)),
    mask,
    ...{ widthPx, heightPx, steps, guidanceScale },
    seed: seed <= Number.MAX_SAFE_INTEGER - index ? seed + index : index,
  };
}

/** The prompt with all words to draw between quotes: servers find them nowhere else. */
function withWords(prompt: string, words: readonly string[]): string {
  const quoted = quotedTexts(prompt);
  const missing = words.filter((text) => !quoted.includes(text));
  return [prompt, ...missing.map((text) => `"${text}"`)].join(' ');
}

const cancelled = () => new EngineError('cancelled', 'The request was cancelled.');
const closed = () => new EngineError('engine_died', 'The engine was closed.');
