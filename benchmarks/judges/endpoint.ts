/**
 * A model that sees pictures, behind an endpoint of OpenAI's chat completions (vLLM, SGLang, a provider). One picture and one text a
 * request, temperature 0. What fails for a while is tried again a few times; what will not change is not. Keeps nothing.
 */
import { setTimeout as wait } from 'node:timers/promises';
import { z } from 'zod';
import type { Asked, JudgedPicture } from '../benchmark.ts';

export interface EndpointOptions {
  /** Base address, such as `http://127.0.0.1:8000/v1`. */
  address: string;
  model: string;
  /** Sent as a bearer token; goes into no message and no file. */
  key?: string | undefined;
  /** Milliseconds that one try may take. */
  deadlineMs?: number;
  /** Milliseconds before the second try; they double from try to try. */
  waitMs?: number;
}

/** A judge that gave no answer. `isFinal`: it gives none to other questions either, until something is changed. */
export class EndpointError extends Error {
  override name = 'EndpointError';
  readonly isFinal: boolean;

  constructor(message: string, isFinal: boolean) {
    super(message);
    this.isFinal = isFinal;
  }
}

const TRIES = 4;
const DEADLINE_MS = 120_000;
const WAIT_MS = 1_000;
const MOST_WAIT_MS = 60_000;
const MOST_ANSWER_BYTES = 1 << 20;
const SEED = 1;
/** The request itself is at fault, or who asks: no other try and no other picture changes that. */
const FINAL = new Set([400, 401, 403, 404, 405, 422]);

const answerSchema = z.object({
  choices: z.array(z.object({ message: z.object({ content: z.string() }) })).min(1),
});

/** A failed try: why, and after how many milliseconds the server wants the next one. */
class FailedTry extends Error {
  readonly afterMs: number | undefined;

  constructor(message: string, afterMs?: number) {
    super(message);
    this.afterMs = afterMs;
  }
}

export class Endpoint {
  readonly #options: EndpointOptions;

  constructor(options: EndpointOptions) {
    this.#options = options;
  }

  /** As figures name their judge: the model, and where it runs. */
  get name(): string {
    const { model, address } = this.#options;
    return `${model} at ${new URL(address).host}`;
  }

  /** The model's answer. Throws {@link EndpointError}. */
  async ask(picture: JudgedPicture, asked: Asked, signal?: AbortSignal): Promise<string> {
    const { waitMs = WAIT_MS } = this.#options;
    for (let tries = 1; ; tries++)
      try {
        return await this.#try(picture, asked, signal);
      } catch (error) {
        if (!(error instanceof FailedTry)) throw error;
        if (tries === TRIES)
          throw new EndpointError(`${this.name} gave no answer in ${TRIES} tries: ${error.message}`, false);
        const backOff = waitMs * 2 ** (tries - 1);
        await wait(Math.min(MOST_WAIT_MS, error.afterMs ?? backOff), undefined, { signal });
      }
  }

  async #try(picture: JudgedPicture, asked: Asked, signal?: AbortSignal): Promise<string> {
    const { address, key, deadlineMs = DEADLINE_MS } = this.#options;
    const deadline = AbortSignal.timeout(deadlineMs);
    let response: Response;
    let text: string;
    try {
      response = await fetch(`${address.replace(/\/+$/, '')}/chat/completions`, {
        method: 'POST',
        headers: { 'content-type': 'application/json', ...(key && { authorization: `Bearer ${key}` }) },
        body: JSON.stringify(this.#body(picture, asked)),
        signal: signal ? AbortSignal.any([deadline, signal]) : deadline,
        redirect: 'error',
      });
      text = await boundedText(response);
    } catch (error) {
      signal?.throwIfAborted();
      if (error instanceof FailedTry) throw error;
      const reason = deadline.aborted ? `nothing in ${deadlineMs / 1000} s` : causeOf(error as Error);
      throw new FailedTry(reason);
    }
    if (!response.ok) throw this.#refused(response, text);
    return contentOf(text);
  }

  #body({ png }: JudgedPicture, { system, text, mostTokens }: Asked) {
    const url = `data:image/png;base64,${Buffer.from(png).toString('base64')}`;
    const user = {
      role: 'user',
      content: [
        { type: 'text', text },
        { type: 'image_url', image_url: { url } },
      ],
    };
    return {
      ...{ model: this.#options.model, temperature: 0, seed: SEED, max_tokens: mostTokens },
      messages: [...(system ? [{ role: 'system', content: system }] : []), user],
    };
  }

  #refused({ status, headers }: Response, text: string): Error {
    const { key } = this.#options;
    const words = key ? text.replaceAll(key, '…') : text;
    const said = `status ${status}, ${words.slice(0, 200).trim() || 'without words'}`;
    if (!FINAL.has(status)) return new FailedTry(said, secondsOf(headers.get('retry-after')));
    const hint =
      status === 401 || status === 403
        ? ' Set its key in PALIMPSEST_JUDGE_KEY.'
        : ' Look at its address (it ends in /v1 as a rule) and at --judge-model.';
    return new EndpointError(`${this.name} refused the request: ${said}.${hint}`, true);
  }
}

const causeOf = (error: Error): string =>
  error.cause instanceof Error ? `${error.message} (${error.cause.message})` : error.message;

function secondsOf(value: string | null): number | undefined {
  const seconds = Number(value);
  return value !== null && Number.isFinite(seconds) && seconds >= 0 ? seconds * 1000 : undefined;
}

async function boundedText(response: Response): Promise<string> {
  const parts: Uint8Array[] = [];
  let size = 0;
  for await (const part of response.body ?? []) {
    size += part.length;
    if (size > MOST_ANSWER_BYTES) throw new FailedTry(`an answer of more than ${MOST_ANSWER_BYTES} bytes`);
    parts.push(part);
  }
  return Buffer.concat(parts).toString('utf8');
}

function contentOf(text: string): string {
  try {
    return answerSchema.parse(JSON.parse(text)).choices[0]!.message.content;
  } catch {
    throw new FailedTry(`its answer is no chat completion: ${text.slice(0, 200)}`);
  }
}
