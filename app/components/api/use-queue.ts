/** The queue of all sessions: asked once, then replaced by every event of the feed `queue`. */
import { useQuery, useQueryClient } from '@tanstack/react-query';
import type { QueueView, SessionEvent } from '../../../studio/protocol.ts';
import { getQueue } from './routes.ts';
import { useFeed } from './use-feed.ts';

const KEY = ['queue'] as const;
const RETRY_MS = 2_000;

/** The queue, and when by this machine's clock the server told it. */
export type FollowedQueue = QueueView & { at: number };

export function useQueue(): FollowedQueue | null {
  const client = useQueryClient();
  const { data: queue = null } = useQuery({
    queryKey: KEY,
    queryFn: async (): Promise<FollowedQueue> => ({ ...(await getQueue()), at: Date.now() }),
    staleTime: Number.POSITIVE_INFINITY,
    // A queue that nobody looks at is not followed, so it is asked for anew.
    gcTime: 0,
    retry: true,
    retryDelay: RETRY_MS,
  });
  useFeed({
    feed: 'queue',
    after: queue?.seq,
    onEvents: (events) =>
      client.setQueryData<FollowedQueue>(KEY, (before) => (before ? afterEvents(before, events) : before)),
  });
  return queue;
}

function afterEvents(before: FollowedQueue, events: readonly SessionEvent[]): FollowedQueue {
  const newest = events.findLast(({ type }) => type === 'queue.updated');
  if (newest?.type !== 'queue.updated' || newest.seq <= before.seq) return before;
  return { ...newest.payload.queue, seq: newest.seq, at: Date.now() };
}
