/**
 * Requests to one server: its address, its key, its limits. Follows no redirect and asks no other host; every failure is an
 * {@link EngineError} that says what a person can do. Knows no picture.
 */
import { Agent as HttpAgent, type IncomingMessage, request as requestHttp } from 'node:http';
import { Agent as HttpsAgent, request as requestHttps } from 'node:https';
import { EngineError } from '../request/errors.ts';
import { cancelled } from '../request/watched.ts';

export interface EndpointOptions {
  /** Where the API stands, such as `http://127.0.0.1:3001/v1`. */
  url: string;
  /** Sent as a bearer token; goes nowhere else, into no message and no log. */
  key?: string;
}

export interface Call {
  method?: 'GET' | 'POST' | 'PATCH';
  /** JSON, or a form with files. */
  body?: object | FormData;
  /** Without an answer for this long, it is `timed_out`. */
  deadlineMs: number;
  signal?: AbortSignal;
}

interface Answer {
  status: number;
  body: Buffer;
}

/** Four times what the largest picture takes as PNG without compression, in base64. */
const MAX_ANSWER_BYTES = 64 * 1024 * 1024;
/** A server on its way up or down, or a proxy that does not find it. */
const UNAVAILABLE = [502, 503];
const MAX_WORDS = 400;

export class Endpoint {
  readonly url: URL;
  readonly #key: string | undefined;
  readonly #agent: HttpAgent;

  /** Throws `bad_request` for what is no address of a server. */
  constructor({ url, key }: EndpointOptions) {
    this.url = addressOf(url);
    this.#key = key;
    this.#agent =
      this.url.protocol === 'https:'
        ? new HttpsAgent({ keepAlive: true })
        : new HttpAgent({ keepAlive: true });
  }

  /** An address below that of the API; one that begins with a slash is below that of its host. */
  at(path: string): URL {
    return path.startsWith('/')
      ? new URL(path, this.url)
      : new URL(`${this.url.href.replace(/\/$/, '')}/${path}`);
  }

  /** The JSON of an answer. Throws `unreachable`, `timed_out`, `rejected`, `cancelled`. */
  async json(path: string, call: Call): Promise<Record<string, unknown>> {
    const { body } = await this.#ask(this.at(path), call);
    try {
      const value: unknown = JSON.parse(body.toString('utf8'));
      if (typeof value === 'object' && value !== null) return value as Record<string, unknown>;
    } catch {
      // Said below.
    }
    throw this.rejected(`It answered with something that is no JSON object: ${wordsOf(body)}`);
  }

  /** The bytes at an address that an answer named. Throws `rejected` for one of another host, and as {@link Endpoint.json}. */
  async file(address: string, call: Call): Promise<Uint8Array> {
    const url = URL.canParse(address, this.url.href) ? new URL(address, this.url) : undefined;
    if (url?.origin !== this.url.origin)
      throw this.rejected('It gave the address of a picture on another host, which is not asked for.');
    return (await this.#ask(url, call)).body;
  }

  /** An error with the words of the server, or about its answer. */
  rejected(words: string): EngineError {
    return new EngineError('rejected', `The engine at ${this.url.host} did not draw this. ${words}`);
  }

  close(): void {
    this.#agent.destroy();
  }

  async #ask(url: URL, call: Call): Promise<Answer> {
    const answer = await this.#send(url, call);
    const { status, body } = answer;
    if (status >= 200 && status < 300) return answer;
    if (UNAVAILABLE.includes(status)) throw this.#unreachable(`it is not ready: ${status} ${wordsOf(body)}`);
    if (status >= 300 && status < 400)
      throw this.rejected(`It sends us to another address (${status}), where we do not go.`);
    throw this.rejected(`It answered ${status}: ${wordsOf(body)}`);
  }

  async #send(url: URL, { method = 'GET', body, deadlineMs, signal }: Call): Promise<Answer> {
    if (signal?.aborted) throw cancelled();
    const sent = await bodyOf(body);
    const headers: Record<string, string> = { ...sent?.headers, Accept: 'application/json' };
    if (this.#key) headers.Authorization = `Bearer ${this.#key}`;
    const { promise, resolve, reject } = Promise.withResolvers<Answer>();
    const ask = url.protocol === 'https:' ? requestHttps : requestHttp;
    const request = ask(url, { method, headers, agent: this.#agent }, (response) => {
      this.#read(response).then(resolve, reject);
    });
    const end = (error: EngineError) => {
      reject(error);
      request.destroy();
    };
    const stop = () => end(cancelled());
    const seconds = Math.round(deadlineMs / 1000);
    const deadline = setTimeout(
      () =>
        end(
          new EngineError(
            'timed_out',
            `The engine at ${this.url.host} gave no answer within ${seconds} s. It may still be drawing: look there before you try again.`,
          ),
        ),
      deadlineMs,
    );
    signal?.addEventListener('abort', stop);
    request.on('error', (cause: NodeJS.ErrnoException) =>
      reject(this.#unreachable(cause.code ?? cause.message, cause)),
    );
    request.end(sent?.bytes);
    try {
      return await promise;
    } finally {
      clearTimeout(deadline);
      signal?.removeEventListener('abort', stop);
    }
  }

  async #read(response: IncomingMessage): Promise<Answer> {
    const chunks: Buffer[] = [];
    let sizeBytes = 0;
    try {
      for await (const chunk of response as AsyncIterable<Buffer>) {
        sizeBytes += chunk.byteLength;
        if (sizeBytes > MAX_ANSWER_BYTES) {
          response.destroy();
          throw this.rejected(`Its answer is larger than ${MAX_ANSWER_BYTES / 1024 / 1024} MiB.`);
        }
        chunks.push(chunk);
      }
    } catch (cause) {
      if (cause instanceof EngineError) throw cause;
      throw this.#unreachable('it broke off in the middle of its answer', cause);
    }
    return { status: response.statusCode ?? 0, body: Buffer.concat(chunks) };
  }

  #unreachable(why: string, cause?: unknown): EngineError {
    const message = `The engine at ${this.url.host} does not answer (${why}). It is asked again until it does.`;
    return new EngineError('unreachable', message, { cause });
  }
}

function addressOf(text: string): URL {
  const url = URL.canParse(text) ? new URL(text) : undefined;
  if (
    !url ||
    !['http:', 'https:'].includes(url.protocol) ||
    url.username ||
    url.password ||
    url.search ||
    url.hash
  )
    throw new EngineError(
      'bad_request',
      'Expected the address of an engine as http:// or https://, without a name, a password or a question mark in it.',
      { field: 'url' },
    );
  return url;
}

async function bodyOf(
  body: object | FormData | undefined,
): Promise<{ bytes: Uint8Array; headers: Record<string, string> } | undefined> {
  if (body === undefined) return undefined;
  if (!(body instanceof FormData)) {
    const bytes = Buffer.from(JSON.stringify(body));
    return {
      bytes,
      headers: { 'Content-Type': 'application/json', 'Content-Length': String(bytes.byteLength) },
    };
  }
  const form = new Response(body);
  const bytes = new Uint8Array(await form.arrayBuffer());
  const contentType = form.headers.get('content-type')!;
  return { bytes, headers: { 'Content-Type': contentType, 'Content-Length': String(bytes.byteLength) } };
}

/** What a server says of a failure, as plain text in one line: the message of the known forms of errors, else its text. */
function wordsOf(body: Buffer): string {
  const text = body.toString('utf8', 0, 100_000);
  const words = spoken(text) ?? text;
  const line = words.replace(/[\p{Cc}\s]+/gu, ' ').trim();
  return line.length > MAX_WORDS ? `${line.slice(0, MAX_WORDS)}…` : line || 'no reason';
}

function spoken(text: string): string | undefined {
  try {
    const { error, detail, message } = JSON.parse(text);
    const said = error?.message ?? error ?? detail ?? message;
    return typeof said === 'string' ? said : said && JSON.stringify(said);
  } catch {
    return undefined;
  }
}
