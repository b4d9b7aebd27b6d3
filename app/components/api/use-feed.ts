/** Follows a feed of events for as long as the component is on the page. */
import { useEffect, useEffectEvent, useState } from 'react';
import type { SessionEvent } from '../../../studio/protocol.ts';
import { openEventSocket } from './event-socket.ts';

interface FeedOptions {
  /** Name of the feed; null follows none. */
  feed: string | null;
  /** Place in the event log behind which to begin; undefined until that place is known. */
  after: number | undefined;
  onEvents: (events: SessionEvent[]) => void;
}

/** True while the socket is connected, or has not been lost yet. */
export function useFeed({ feed, after, onEvents }: FeedOptions): boolean {
  const [connected, setConnected] = useState(true);
  const receive = useEffectEvent(onEvents);
  const place = useEffectEvent(() => after ?? 0);
  const known = after !== undefined;

  useEffect(() => {
    if (feed === null || !known) return;
    return openEventSocket({
      feed,
      after: place(),
      onEvents: (events) => receive(events),
      onConnected: setConnected,
    });
  }, [feed, known]);

  return connected;
}
