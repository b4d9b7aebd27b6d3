/**
 * The engine's surface over one server elsewhere: one call a picture, so that a stopped request begins no further one and any picture
 * of a request can be made alone. A server that goes away is asked until it is back. Knows no server's way of speaking.
 */
import { setTimeout as sleep } from 'node:timers/promises';
import { checkRequest } from '../pipeline/request-check.ts';
import { EngineError } from '../request/errors.ts';
import { progress, StageClock } from '../request/progress.ts';
import type { EngineEvent, GenerationRequest } from '../request/request.ts';
import { closed, EngineWatch, type WatchedEngine } from '../request/watched.ts';
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

export interface RemoteOptions extends Omit<EndpointOptions, 'url'> {
  kind: RemoteKind;
  /** Where the API stands, such as `http://127.0.0.1:3001/v1`; several servers of the same model share the work. */
  addresses: readonly string[];
  /** The model to draw with, where the server has several. */
  model?: string;
  /** What any picture may take; more for larger ones. Default: 300 s. */
  leastDeadlineMs?: number;
  /** Wait before a server that is away is asked again; doubles up to 5 s. Default: 200. */
  retryDelayMs?: number;
}

const LONGEST_DELAY_MS = 5_000;
const PROBE_MS = 60_000;

export class RemoteEngine extends EngineWatch implements WatchedEngine {
  readonly #endpoint: Endpoint;
  readonly #adapter: Adapter;
  readonly #deadline: Deadline;
  readonly #firstDelayMs: number;
  readonly #closing = new AbortController();

  /** Asks for the server in the background, see {@link RemoteEngine.ready}. Throws `bad_request` for what is no address. */
  constructor({ kind, addresses, key, model, leastDeadlineMs, retryDelayMs = 200 }: RemoteOptions) {
    super();
    const [url = '', ...others] = addresses;
    if (others.length > 0)
      throw new EngineError('bad_request', 'Name one address of an engine: several are not shared out yet.');
    this.#endpoint = new Endpoint({ url, key });
    this.#adapter = ADAPTERS[kind](this.#endpoint, model);
    this.#deadline = new Deadline(leastDeadlineMs);
    this.#firstDelayMs = retryDelayMs;
    void this.#connect();
  }

  protected notYet(): EngineError {
    return new EngineError('unreachable', 'The engine has not answered yet. Try again in a moment.');
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
    this.become('closed');
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
    if (this.state !== 'ready') return;
    this.become('restarting', { error });
    void this.#connect();
  }

  /** Asks until the server says what it is, or that it cannot be used as it was asked for. */
  async #connect(): Promise<void> {
    for (let delayMs = this.#firstDelayMs; ; delayMs = Math.min(LONGEST_DELAY_MS, delayMs * 2)) {
      try {
        const info = await this.#adapter.probe({ deadlineMs: PROBE_MS, signal: this.#closing.signal });
        return this.become('ready', { info, error: undefined });
      } catch (error) {
        if (this.#closing.signal.aborted) return;
        const reason =
          error instanceof EngineError ? error : new EngineError('internal', String(error), { cause: error });
        // What was right before is right again once all of it is up.
        const healsItself =
          this.loadedInfo !== undefined || ['unreachable', 'timed_out'].includes(reason.code);
        if (!healsItself) return this.become('failed', { error: reason });
        this.become(this.loadedInfo ? 'restarting' : 'loading', { error: reason });
      }
      await sleep(delayMs, undefined, { signal: this.#closing.signal }).catch(() => {});
      if (this.#closing.signal.aborted) return;
    }
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
