'use client';
/** The queue of all sessions: asked once, then replaced by every event of the feed `queue`. */
import { useEffect, useState } from 'react';
import type { QueueView } from '../../../studio/protocol.ts';
import { openEventSocket } from './event-socket.ts';
import { getQueue } from './routes.ts';

export type Queue = Omit<QueueView, 'seq'>;

const RETRY_MS = 2_000;

export function useQueue(): Queue | null {
  const [queue, setQueue] = useState<Queue | null>(null);
  useEffect(() => {
    let close: (() => void) | undefined;
    let timer: ReturnType<typeof setTimeout> | undefined;
    let stopped = false;
    function load() {
      getQueue().then(
        ({ seq, ...view }) => {
          if (stopped) return;
          setQueue(view);
          close = openEventSocket({
            feed: 'queue',
            after: seq,
            onEvents: (events) => {
              const newest = events.findLast(({ type }) => type === 'queue.updated');
              if (newest?.type === 'queue.updated') setQueue(newest.payload.queue);
            },
            onConnected: () => {},
          });
        },
        () => {
          timer = setTimeout(load, RETRY_MS);
        },
      );
    }
    load();
    return () => {
      stopped = true;
      clearTimeout(timer);
      close?.();
    };
  }, []);
  return queue;
}
