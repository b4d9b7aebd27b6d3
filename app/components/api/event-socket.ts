/**
 * One subscription to `/api/events` that heals itself: after a break it asks again from the last `seq` it was given.
 * Events are handed over in small batches, so that fifty tokens a second are not fifty renders. Knows no React.
 */
import type { SessionEvent } from '../../../studio/protocol.ts';

const BATCH_MS = 40;
const FIRST_RETRY_MS = 250;
const LONGEST_RETRY_MS = 3_000;

export interface EventSocketOptions {
  /** A session, or `*` for the `session.*` events of all. */
  feed: string;
  /** Last `seq` that the caller has applied. */
  after: number;
  onEvents: (events: SessionEvent[]) => void;
  onConnected: (connected: boolean) => void;
}

/** Opens the subscription; the returned function ends it. */
export function openEventSocket({ feed, after, onEvents, onConnected }: EventSocketOptions): () => void {
  let lastSeq = after;
  let socket: WebSocket | null = null;
  let failures = 0;
  let closed = false;
  let batch: SessionEvent[] = [];
  let batchTimer: ReturnType<typeof setTimeout> | undefined;
  let retryTimer: ReturnType<typeof setTimeout> | undefined;

  function flush() {
    batchTimer = undefined;
    const events = batch;
    batch = [];
    if (!closed && events.length > 0) onEvents(events);
  }

  function receive(message: MessageEvent<string>) {
    const event = JSON.parse(message.data) as SessionEvent;
    if (typeof event.seq !== 'number' || event.seq <= lastSeq) return;
    lastSeq = event.seq;
    batch.push(event);
    batchTimer ??= setTimeout(flush, BATCH_MS);
  }

  function connect() {
    clearTimeout(retryTimer);
    if (closed) return;
    const scheme = location.protocol === 'https:' ? 'wss' : 'ws';
    const opening = new WebSocket(`${scheme}://${location.host}/api/events`);
    socket = opening;
    opening.onopen = () => {
      failures = 0;
      opening.send(JSON.stringify({ subscribe: feed, after: lastSeq }));
      onConnected(true);
    };
    opening.onmessage = receive;
    opening.onclose = () => {
      if (closed || socket !== opening) return;
      onConnected(false);
      const wait = Math.min(LONGEST_RETRY_MS, FIRST_RETRY_MS * 2 ** failures);
      failures += 1;
      retryTimer = setTimeout(connect, wait * (0.75 + Math.random() / 2));
    };
  }

  function retryNow() {
    if (socket?.readyState === WebSocket.CLOSED) connect();
  }

  addEventListener('online', retryNow);
  document.addEventListener('visibilitychange', retryNow);
  connect();
  return () => {
    closed = true;
    clearTimeout(retryTimer);
    clearTimeout(batchTimer);
    removeEventListener('online', retryNow);
    document.removeEventListener('visibilitychange', retryNow);
    socket?.close();
  };
}
