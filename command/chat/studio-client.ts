/** The routes and events of a running studio, as far as a chat in a terminal needs them. Knows no terminal. */
import type { Plan } from '../../studio/agent/actions.ts';
import type { Locale } from '../../studio/locale/locale.ts';
import type {
  Beat,
  ErrorBody,
  MessageAnswer,
  SearchPage,
  SessionEvent,
  SessionSnapshot,
  SessionView,
} from '../../studio/protocol.ts';
import { CommandError } from '../failure.ts';

/** A request that the studio refused, or a studio that is not there. */
export class StudioError extends CommandError {
  override name = 'StudioError';
}

export class StudioClient {
  readonly url: string;
  readonly #headers: Readonly<Record<string, string>>;

  /** `key` is an API key of a studio with accounts. */
  constructor(url: string, locale: Locale, key?: string) {
    this.url = url.replace(/\/+$/, '');
    this.#headers = {
      'Accept-Language': locale,
      ...(key !== undefined && { Authorization: `Bearer ${key}` }),
    };
  }

  /** Whether a studio answers at the address. */
  async isThere(): Promise<boolean> {
    try {
      const response = await fetch(`${this.url}/api/health`, { signal: AbortSignal.timeout(3_000) });
      return 'state' in ((await response.json()) as object);
    } catch {
      return false;
    }
  }

  async newSession(): Promise<string> {
    return (await this.#call<{ session: SessionView }>('POST', '/api/sessions', {})).session.id;
  }

  open(session: string): Promise<SessionSnapshot> {
    return this.#call('GET', `/api/sessions/${encodeURIComponent(session)}`);
  }

  say(session: string, text: string, plan?: Plan): Promise<MessageAnswer> {
    const body = { text, ...(plan && { plan }) };
    return this.#call('POST', `/api/sessions/${encodeURIComponent(session)}/messages`, body);
  }

  async add(session: string, file: Uint8Array<ArrayBuffer>): Promise<void> {
    await this.#call('POST', `/api/sessions/${encodeURIComponent(session)}/uploads`, file);
  }

  search(query: string): Promise<SearchPage> {
    return this.#call('GET', `/api/search?${new URLSearchParams({ q: query, limit: '10' })}`);
  }

  /** A picture's file, with its receipt. */
  async picture(hash: string, name: string): Promise<Uint8Array> {
    const response = await this.#fetch(`/images/${hash}?${new URLSearchParams({ download: name })}`);
    return new Uint8Array(await response.arrayBuffer());
  }

  /** The events of a session after `seq`, until `close` is called. Throws {@link StudioError} where the studio goes away. */
  follow(session: string, seq: number): { events: AsyncIterable<SessionEvent>; close: () => void } {
    const socket = new WebSocket(`${this.url.replace(/^http/, 'ws')}/api/events`, {
      headers: this.#headers,
    });
    let isClosed = false;
    let close = () => {};
    const events = new ReadableStream<SessionEvent>({
      start(stream) {
        socket.onopen = () => socket.send(JSON.stringify({ subscribe: session, after: seq }));
        socket.onmessage = ({ data }) => {
          const frame = JSON.parse(String(data)) as SessionEvent | Beat | ErrorBody;
          if (!isClosed && 'type' in frame) stream.enqueue(frame);
        };
        socket.onclose = () => {
          if (isClosed) return;
          isClosed = true;
          stream.error(new StudioError('The studio has gone away. Start it again, then say this again.'));
        };
        close = () => {
          if (isClosed) return;
          isClosed = true;
          stream.close();
          socket.close();
        };
      },
    });
    return { events, close: () => close() };
  }

  async #call<Answer>(method: string, path: string, body?: object): Promise<Answer> {
    const isFile = body instanceof Uint8Array;
    const init = {
      method,
      ...(body && { body: isFile ? (body as Uint8Array<ArrayBuffer>) : JSON.stringify(body) }),
    };
    const response = await this.#fetch(path, init);
    const answer = (await response.json()) as Answer & Partial<ErrorBody>;
    if (!response.ok) throw new StudioError(answer.error?.message ?? `It answered ${response.status}.`);
    return answer;
  }

  async #fetch(path: string, init: RequestInit = {}): Promise<Response> {
    try {
      return await fetch(`${this.url}${path}`, { ...init, headers: this.#headers });
    } catch (cause) {
      throw Object.assign(new StudioError(`No studio answers at ${this.url}. Start one with: npm start`), {
        cause,
      });
    }
  }
}
