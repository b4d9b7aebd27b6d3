/**
 * Requests to one server: its address, its key, its limits. Follows no redirect; asks no other host but for a picture, where that host
 * is allowed and public. Every failure is a {@link ServerError} that says what a person can do. Knows no picture.
 */
import { Agent as HttpAgent, type IncomingMessage, request as requestHttp } from 'node:http';
import { Agent as HttpsAgent, request as requestHttps } from 'node:https';
import type { LookupFunction } from 'node:net';
import { WebSocket } from 'ws';
import { EngineError } from '../request/errors.ts';
import { cancelled } from '../request/watched.ts';
import { ServerError } from './fault.ts';
import { isAllowed, type Lookup, publicAddressOf } from './public-address.ts';

export interface EndpointOptions {
  /** Where the API stands, such as `http://127.0.0.1:3001/v1`. */
  url: string;
  /** Sent as a bearer token; goes nowhere else, into no message and no log. */
  key?: string;
  /** Other hosts whose addresses of pictures are asked for, such as `cdn.host` or `*.host`. Default: none. */
  pictureHosts?: readonly string[];
  /** How names of such hosts are looked up. Default: as the system does. */
  lookup?: Lookup;
}

export interface Call {
  method?: 'GET' | 'POST' | 'PATCH';
  /** JSON, or a form with files. */
  body?: object | FormData;
  /** Headers beside those of body and key. */
  headers?: Record<string, string>;
  /** Without an answer for this long, it is `timed_out`. */
  deadlineMs: number;
  signal?: AbortSignal;
  /** Hears each piece of the answer as it comes. */
  onPiece?: (piece: Buffer) => void;
}

export interface Answer {
  status: number;
  contentType: string;
  body: Buffer;
}

/** Where a request goes when not to the server itself: to this address, whatever its name stands for by then, and without the key. */
interface Elsewhere {
  address: string;
  family: number;
}

/** Four times what the largest picture takes as PNG without compression, in base64. */
const MAX_ANSWER_BYTES = 64 * 1024 * 1024;
/** The server takes no work now: on its way up or down, or too much is asked of it. */
const TAKES_NONE = [429, 503];
/** A proxy lost the server, or gave it up. */
const PROXY_LOST = 502;
const PROXY_TIMED_OUT = 504;
/** Shorter than servers keep an idle connection: one that they close just when it is used again would leave it open what they got. */
const IDLE_MS = 3_000;
const MAX_WORDS = 400;
const NOT_FOUND = 404;

export class Endpoint {
  readonly url: URL;
  readonly #key: string | undefined;
  readonly #pictureHosts: readonly string[];
  readonly #lookup: Lookup | undefined;
  readonly #agent: HttpAgent;

  /** Throws `bad_request` for what is no address of a server. */
  constructor({ url, key, pictureHosts = [], lookup }: EndpointOptions) {
    this.url = addressOf(url);
    this.#key = key;
    this.#pictureHosts = pictureHosts;
    this.#lookup = lookup;
    const kept = { keepAlive: true, timeout: IDLE_MS };
    this.#agent =
      this.url.protocol === 'https:' ? new HttpsAgent({ ...kept, ...CHECKED }) : new HttpAgent(kept);
  }

  /** An address below that of the API; one that begins with a slash is below that of its host. */
  at(path: string): URL {
    return path.startsWith('/')
      ? new URL(path, this.url)
      : new URL(`${this.url.href.replace(/\/$/, '')}/${path}`);
  }

  /** The JSON of an answer. Throws `unreachable`, `timed_out`, `rejected`, `cancelled`. */
  async json(path: string, call: Call): Promise<Record<string, unknown>> {
    return this.jsonOf(await this.answer(path, call));
  }

  /** An answer, whatever it is. Throws as {@link Endpoint.json}. */
  answer(path: string, call: Call): Promise<Answer> {
    return this.#ask(this.at(path), call);
  }

  /** The JSON of an answer that is there. Throws `rejected`. */
  jsonOf({ body }: Answer): Record<string, unknown> {
    try {
      const value: unknown = JSON.parse(body.toString('utf8'));
      if (typeof value === 'object' && value !== null) return value as Record<string, unknown>;
    } catch {
      // Said below.
    }
    throw this.rejected(`It answered with something that is no JSON object: ${this.#wordsOf(body)}`);
  }

  /** A web socket of the server, open. Throws `unreachable`, `timed_out`, `cancelled`. */
  async socket(
    path: string,
    { deadlineMs, signal }: Pick<Call, 'deadlineMs' | 'signal'>,
  ): Promise<WebSocket> {
    if (signal?.aborted) throw cancelled();
    const headers = this.#key ? { Authorization: `Bearer ${this.#key}` } : undefined;
    const url = this.at(path);
    url.protocol = url.protocol === 'https:' ? 'wss:' : 'ws:';
    const socket = new WebSocket(url, {
      ...{ headers, maxPayload: MAX_ANSWER_BYTES, handshakeTimeout: deadlineMs, perMessageDeflate: false },
      ...CHECKED,
    });
    // One that breaks later closes as well.
    socket.on('error', () => {});
    const { promise, resolve, reject } = Promise.withResolvers<WebSocket>();
    const stop = () => reject(cancelled());
    socket.once('open', () => resolve(socket));
    socket.once('error', (cause: Error) => reject(this.#unreachable('unreached', cause.message, cause)));
    signal?.addEventListener('abort', stop);
    try {
      return await promise;
    } catch (error) {
      socket.terminate();
      throw error;
    } finally {
      signal?.removeEventListener('abort', stop);
    }
  }

  /**
   * The bytes at an address that an answer named: on the server itself, or by https on a host that is allowed (`hosts` besides those
   * of the options) and has public addresses alone. Throws `rejected` for any other, and as {@link Endpoint.json}.
   */
  async file(address: string, call: Call, hosts: readonly string[] = []): Promise<Uint8Array> {
    const url = URL.canParse(address, this.url.href) ? new URL(address, this.url) : undefined;
    if (url?.origin === this.url.origin) return (await this.#ask(url, call)).body;
    if (
      url?.protocol !== 'https:' ||
      url.username ||
      !isAllowed(url.hostname, [...this.#pictureHosts, ...hosts])
    )
      throw this.rejected('It gave the address of a picture on another host, which is not asked for.');
    const found = await publicAddressOf(url.hostname, this.#lookup).catch((cause: unknown) => {
      throw this.rejected(`The host of its picture, ${url.hostname}, is not found.`, cause);
    });
    if (!found) throw this.rejected(`The host of its picture, ${url.hostname}, is in a private network.`);
    return (await this.#ask(url, call, found)).body;
  }

  /** An error with the words of the server, or about its answer. */
  rejected(words: string, cause?: unknown): EngineError {
    return this.#failure('refused', words, cause);
  }

  /** As {@link Endpoint.rejected}, where the server failed. */
  failed(words: string): EngineError {
    return this.#failure('failed', words);
  }

  /** An error about work that the server may still be at. */
  silent(why: string): ServerError {
    return new ServerError(
      'silent',
      `The engine at ${this.url.host} was silent for too long (${why}). It may still be drawing: look there before you try again.`,
    );
  }

  /** An error about work that is lost, since the server was started again. */
  forgotten(cause?: unknown): ServerError {
    const { message } = this.#unreachable('broken', 'it was started again and has forgotten this');
    return new ServerError('broken', message, cause, NOT_FOUND);
  }

  close(): void {
    this.#agent.destroy();
  }

  async #ask(url: URL, call: Call, elsewhere?: Elsewhere): Promise<Answer> {
    const answer = await this.#send(url, call, elsewhere);
    const { status, body } = answer;
    if (status >= 200 && status < 300) return answer;
    const words = this.#wordsOf(body);
    if (TAKES_NONE.includes(status))
      throw this.#unreachable('unreached', `it takes no work now: ${status} ${words}`);
    if (status === PROXY_LOST) throw this.#unreachable('broken', `a proxy has lost it: ${status} ${words}`);
    if (status === PROXY_TIMED_OUT) throw this.silent('a proxy gave it up');
    if (status >= 300 && status < 400)
      throw this.rejected(`It sends us to another address (${status}), where we do not go.`);
    throw this.#failure(
      status >= 500 ? 'failed' : 'refused',
      `It answered ${status}: ${words}`,
      undefined,
      status,
    );
  }

  async #send(
    url: URL,
    { method = 'GET', body, headers: more, deadlineMs, signal, onPiece }: Call,
    elsewhere?: Elsewhere,
  ): Promise<Answer> {
    if (signal?.aborted) throw cancelled();
    const sent = await bodyOf(body);
    const headers: Record<string, string> = { ...sent?.headers, ...more, Accept: 'application/json' };
    if (this.#key && !elsewhere) headers.Authorization = `Bearer ${this.#key}`;
    const { promise, resolve, reject } = Promise.withResolvers<Answer>();
    const ask = url.protocol === 'https:' ? requestHttps : requestHttp;
    const where = elsewhere
      ? { agent: false, ...CHECKED, lookup: pinned(elsewhere) }
      : { agent: this.#agent };
    const request = ask(url, { method, headers, ...where }, (response) => {
      this.#read(response, onPiece).then(resolve, reject);
    });
    // Until there is a connection, nothing of the request is anywhere but here.
    let fault: 'unreached' | 'broken' = 'unreached';
    request.on('socket', (socket) => {
      const connected = () => {
        fault = 'broken';
      };
      if (socket.connecting) socket.once(url.protocol === 'https:' ? 'secureConnect' : 'connect', connected);
      else connected();
    });
    const end = (error: EngineError) => {
      reject(error);
      request.destroy();
    };
    const stop = () => end(cancelled());
    const deadline = setTimeout(
      () => end(this.silent(`no answer within ${Math.round(deadlineMs / 1000)} s`)),
      deadlineMs,
    );
    signal?.addEventListener('abort', stop);
    request.on('error', (cause: NodeJS.ErrnoException) =>
      reject(this.#unreachable(fault, cause.code ?? cause.message, cause)),
    );
    request.end(sent?.bytes);
    try {
      return await promise;
    } finally {
      clearTimeout(deadline);
      signal?.removeEventListener('abort', stop);
    }
  }

  async #read(response: IncomingMessage, onPiece: Call['onPiece']): Promise<Answer> {
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
        onPiece?.(chunk);
      }
    } catch (cause) {
      if (cause instanceof EngineError) throw cause;
      throw this.#unreachable('broken', 'it broke off in the middle of its answer', cause);
    }
    const { statusCode: status = 0, headers } = response;
    return { status, contentType: headers['content-type'] ?? '', body: Buffer.concat(chunks) };
  }

  #unreachable(fault: 'unreached' | 'broken', why: string, cause?: unknown): ServerError {
    const message = `The engine at ${this.url.host} does not answer (${why}). It is asked again until it does.`;
    return new ServerError(fault, message, cause);
  }

  #failure(fault: 'refused' | 'failed', words: string, cause?: unknown, status?: number): ServerError {
    return new ServerError(
      fault,
      `The engine at ${this.url.host} did not draw this. ${words}`,
      cause,
      status,
    );
  }

  /** What a server says of a failure, without the key that some repeat in it. */
  #wordsOf(body: Buffer): string {
    return wordsOf(body, this.#key);
  }
}

/** Certificates are checked, whatever the environment says. */
const CHECKED = { rejectUnauthorized: true };

/** A look-up that knows one address: the name is not asked for again, which could give another. */
const pinned =
  ({ address, family }: Elsewhere): LookupFunction =>
  (_name, options, answer) =>
    options.all ? answer(null, [{ address, family }]) : answer(null, address, family);

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

/** What a server says, as plain text in one line: the message of the known forms of errors, else its text. */
function wordsOf(body: Buffer, hidden?: string): string {
  const whole = body.toString('utf8', 0, 100_000);
  const text = hidden ? whole.replaceAll(hidden, '…') : whole;
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
