/**
 * One subscription to `/api/events` that heals itself: after a break it asks again from the last `seq` it was given. A socket that
 * does not open, or says nothing for longer than the server's beat, counts as broken; until one speaks again the events are asked for
 * over HTTP. Events are handed over in small batches, so that fifty tokens a second are not fifty renders. Knows no React.
 */
import { BEAT_MS, type Beat, type EventPage, type SessionEvent } from '../../../studio/protocol.ts';

const BATCH_MS = 40;
const FIRST_RETRY_MS = 250;
const LONGEST_RETRY_MS = 3_000;
/** While HTTP brings the events, a socket that never opens is not tried all the time. */
const CALM_RETRY_MS = 30_000;

export interface SocketTimes {
  /** So long a socket may be silent, and so long it may take to open. */
  silenceMs: number;
  openMs: number;
  /** Between two requests over HTTP. */
  pollMs: number;
}

const TIMES: SocketTimes = { silenceMs: 2.5 * BEAT_MS, openMs: 8_000, pollMs: 2_000 };

export interface EventSocketOptions {
  /** A session, or `*` for the `session.*` events of all. */
  feed: string;
  /** Last `seq` that the caller has applied. */
  after: number;
  onEvents: (events: SessionEvent[]) => void;
  /** Whether events come, by either way. */
  onConnected: (connected: boolean) => void;
  times?: SocketTimes;
}

/** Opens the subscription; the returned function ends it. */
export function openEventSocket(options: EventSocketOptions): () => void {
  const subscription = new Subscription(options);
  const wake = () => subscription.wake();
  addEventListener('online', wake);
  document.addEventListener('visibilitychange', wake);
  subscription.connect();
  return () => {
    removeEventListener('online', wake);
    document.removeEventListener('visibilitychange', wake);
    subscription.end();
  };
}

type Timer = ReturnType<typeof setTimeout> | undefined;

class Subscription {
  readonly #options: EventSocketOptions;
  readonly #times: SocketTimes;
  #lastSeq: number;
  #socket: WebSocket | null = null;
  #heardAt = 0;
  #failures = 0;
  #isEnded = false;
  #isHttpAnswering = false;
  #batch: SessionEvent[] = [];
  #batchTimer: Timer;
  #retryTimer: Timer;
  #silenceTimer: Timer;
  #pollTimer: Timer;

  constructor(options: EventSocketOptions) {
    this.#options = options;
    this.#times = options.times ?? TIMES;
    this.#lastSeq = options.after;
  }

  connect(): void {
    clearTimeout(this.#retryTimer);
    if (this.#isEnded || this.#socket) return;
    const scheme = location.protocol === 'https:' ? 'wss' : 'ws';
    const opening = new WebSocket(`${scheme}://${location.host}/api/events`);
    this.#socket = opening;
    this.#listenFor(this.#times.openMs);
    opening.onopen = () => {
      this.#listenFor(this.#times.silenceMs);
      opening.send(JSON.stringify({ subscribe: this.#options.feed, after: this.#lastSeq }));
    };
    opening.onmessage = ({ data }: MessageEvent<string>) => {
      this.#failures = 0;
      clearTimeout(this.#pollTimer);
      this.#pollTimer = undefined;
      this.#listenFor(this.#times.silenceMs);
      this.#options.onConnected(true);
      const frame = JSON.parse(data) as SessionEvent | Beat;
      if ('seq' in frame) this.#receive(frame);
    };
    opening.onclose = () => this.#lose(opening);
  }

  /** After sleep, or once there is a network again: a socket that was silent for too long is given up at once. */
  wake(): void {
    if (document.visibilityState === 'hidden') return;
    if (!this.#socket) this.connect();
    else if (performance.now() - this.#heardAt > this.#times.silenceMs) this.#lose(this.#socket);
  }

  end(): void {
    this.#isEnded = true;
    for (const timer of [this.#retryTimer, this.#batchTimer, this.#silenceTimer, this.#pollTimer])
      clearTimeout(timer);
    this.#socket?.close();
  }

  #listenFor(ms: number): void {
    this.#heardAt = performance.now();
    clearTimeout(this.#silenceTimer);
    const socket = this.#socket!;
    this.#silenceTimer = setTimeout(() => this.#lose(socket), ms);
  }

  /** Gives a socket up that closed or is silent: another one is opened after a while, and HTTP goes on meanwhile. */
  #lose(lost: WebSocket): void {
    if (this.#isEnded || this.#socket !== lost) return;
    this.#socket = null;
    clearTimeout(this.#silenceTimer);
    lost.onmessage = null;
    lost.close();
    const longest = this.#isHttpAnswering ? CALM_RETRY_MS : LONGEST_RETRY_MS;
    const wait = Math.min(longest, FIRST_RETRY_MS * 2 ** this.#failures);
    this.#failures += 1;
    this.#retryTimer = setTimeout(() => this.connect(), wait * (0.75 + Math.random() / 2));
    if (this.#pollTimer === undefined) void this.#poll();
  }

  async #poll(): Promise<void> {
    const { feed, onConnected } = this.#options;
    // Holds the place of the timer while the request is on its way.
    this.#pollTimer = setTimeout(() => {}, 0);
    const query = new URLSearchParams({ feed, after: String(this.#lastSeq) });
    try {
      const response = await fetch(`/api/events?${query}`, {
        cache: 'no-store',
        signal: AbortSignal.timeout(this.#times.openMs),
      });
      if (!response.ok) throw new Error(`The server answered ${response.status}`);
      const { events } = (await response.json()) as EventPage;
      this.#isHttpAnswering = true;
      if (this.#isEnded) return;
      onConnected(true);
      for (const event of events) this.#receive(event);
    } catch {
      this.#isHttpAnswering = false;
      if (!this.#isEnded && this.#pollTimer !== undefined) onConnected(false);
    }
    if (!this.#isEnded && this.#pollTimer !== undefined)
      this.#pollTimer = setTimeout(() => void this.#poll(), this.#times.pollMs);
  }

  #receive(event: SessionEvent): void {
    if (event.seq <= this.#lastSeq) return;
    this.#lastSeq = event.seq;
    this.#batch.push(event);
    this.#batchTimer ??= setTimeout(() => this.#flush(), BATCH_MS);
  }

  #flush(): void {
    this.#batchTimer = undefined;
    const events = this.#batch;
    this.#batch = [];
    if (!this.#isEnded && events.length > 0) this.#options.onEvents(events);
  }
}
