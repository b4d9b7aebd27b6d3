/**
 * The sessions of the left column, page by page, kept true by the `session.*` events of all sessions. Archived and deleted
 * ones are lists of their own, asked for when they are opened.
 */
import {
  type InfiniteData,
  infiniteQueryOptions,
  useInfiniteQuery,
  useQuery,
  useQueryClient,
} from '@tanstack/react-query';
import { useCallback } from 'react';
import type { SessionEvent, SessionPage, SessionView } from '../../../studio/protocol.ts';
import type { SessionListState } from '../../../studio/vocabulary.ts';
import { listSessions, listTags } from './routes.ts';
import { useFeed } from './use-feed.ts';

export interface SessionList {
  /** `null` until the first answer. */
  sessions: SessionView[] | null;
  /** False while the events cannot be followed. */
  connected: boolean;
  /** Asks for the next page; null while it is on its way and when all are here. */
  more: (() => void) | null;
  /** Puts the newest view of one session into the list. */
  upsert: (session: SessionView) => void;
}

type Pages = InfiniteData<SessionPage, unknown>;
type SessionListEvent = Extract<SessionEvent, { payload: { session: SessionView } }>;

const RETRY_MS = 1_500;

const listQuery = (state: SessionListState, tag?: string) =>
  infiniteQueryOptions({
    queryKey: ['sessions', state, tag],
    queryFn: ({ pageParam }) => listSessions(state, tag, pageParam),
    initialPageParam: undefined as string | undefined,
    getNextPageParam: (page) => page.nextCursor,
    staleTime: Number.POSITIVE_INFINITY,
    // A list that nobody looks at is not followed, so it is asked for anew.
    gcTime: 0,
    // The health of the server says why it does not answer.
    retry: true,
    retryDelay: RETRY_MS,
  });

/** With a tag only the sessions that have it. */
export function useSessions(state: SessionListState = 'active', tag?: string): SessionList {
  const client = useQueryClient();
  const { data, hasNextPage, isFetchingNextPage, fetchNextPage } = useInfiniteQuery({
    ...listQuery(state, tag),
    select: listOf,
  });
  const connected = useFeed({
    feed: '*',
    after: data?.seq,
    onEvents: (events) =>
      client.setQueryData(
        listQuery(state, tag).queryKey,
        (before) => before && withEvents(before, events, { state, tag }),
      ),
  });
  const more = useCallback(() => void fetchNextPage({ cancelRefetch: false }), [fetchNextPage]);
  const upsert = useCallback(
    (session: SessionView) =>
      client.setQueryData(listQuery(state, tag).queryKey, (before) => {
        if (!before || !hasTag(session, tag)) return before;
        const others = listOf(before).sessions.filter(({ id }) => id !== session.id);
        return withSessions(before, [...others, session]);
      }),
    [client, state, tag],
  );
  return {
    sessions: data?.sessions ?? null,
    connected,
    more: hasNextPage && !isFetchingNextPage ? more : null,
    upsert,
  };
}

/** All sessions that were loaded, newest first; one that moved to an earlier page since is there once. */
function listOf({ pages }: Pages): { sessions: SessionView[]; seq: number } {
  const byId = new Map<string, SessionView>();
  for (const { sessions } of pages)
    for (const session of sessions) if (!byId.has(session.id)) byId.set(session.id, session);
  const sessions = [...byId.values()].sort((a, b) => b.updatedAt - a.updatedAt);
  return { sessions, seq: pages[0]?.seq ?? 0 };
}

/** The same pages with these sessions, all of them in the first: what stands in it is newer than what a later page says. */
function withSessions({ pages, pageParams }: Pages, sessions: SessionView[], seq = pages[0]?.seq): Pages {
  return {
    pages: pages.map((page, index) =>
      index === 0 ? { ...page, sessions, seq: seq ?? page.seq } : { ...page, sessions: [] },
    ),
    pageParams,
  };
}

/** The list that an event puts its session into; null for none, undefined for an event that moves no session. */
function listAfter({ type, payload }: SessionEvent): SessionListState | null | undefined {
  if (type === 'session.purged') return null;
  if (type === 'session.deleted') return 'deleted';
  if (type !== 'session.created' && type !== 'session.updated' && type !== 'session.restored')
    return undefined;
  return payload.session.archivedAt === null ? 'active' : 'archived';
}

const hasTag = ({ tags }: SessionView, tag: string | undefined): boolean =>
  tag === undefined || tags.includes(tag);

function withEvents(
  before: Pages,
  events: readonly SessionEvent[],
  { state, tag }: { state: SessionListState; tag: string | undefined },
): Pages {
  const { sessions, seq } = listOf(before);
  const byId = new Map(sessions.map((session) => [session.id, session]));
  for (const event of events) {
    const list = listAfter(event);
    if (list === undefined || event.seq <= seq) continue;
    const { session } = (event as SessionListEvent).payload;
    if (list === state && hasTag(session, tag)) byId.set(session.id, session);
    else byId.delete(session.id);
  }
  return withSessions(before, [...byId.values()], Math.max(seq, events.at(-1)?.seq ?? seq));
}

const TAGS = ['tags'] as const;
const NO_TAGS: readonly string[] = [];

/** The tags that sessions have, asked for anew when those of one changed here. */
export function useTags(): { tags: readonly string[]; reload: () => void } {
  const client = useQueryClient();
  // Every row of the list asks: only the first one does so of the server.
  const { data = NO_TAGS } = useQuery({
    queryKey: TAGS,
    queryFn: listTags,
    staleTime: Number.POSITIVE_INFINITY,
  });
  return { tags: data, reload: () => void client.invalidateQueries({ queryKey: TAGS }) };
}
