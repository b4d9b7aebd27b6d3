/** Pictures of all sessions, newest first, page by page, for one search. */
import { keepPreviousData, useInfiniteQuery } from '@tanstack/react-query';
import { useCallback } from 'react';
import type { GalleryPicture } from '../../../studio/protocol.ts';
import { pause } from './pause.ts';
import { type GalleryFilter, listPictures } from './routes.ts';

export interface Gallery {
  /** `null` until the first answer. */
  pictures: GalleryPicture[] | null;
  failed: boolean;
  /** Asks for the next page; null while it is on its way and when all are here. */
  more: (() => void) | null;
  reload: () => void;
}

const TYPING_PAUSE_MS = 200;

export function useGallery({ q = '', kind }: GalleryFilter): Gallery {
  const { data, isError, hasNextPage, isFetchingNextPage, fetchNextPage, refetch } = useInfiniteQuery({
    queryKey: ['gallery', { q, kind }],
    queryFn: async ({ pageParam, signal }) => {
      if (pageParam === undefined) await pause(TYPING_PAUSE_MS, signal);
      return listPictures({ q, kind }, signal, pageParam);
    },
    initialPageParam: undefined as string | undefined,
    getNextPageParam: (page) => page.nextCursor,
    // Pictures come and go while the gallery is closed: it opens with what there is now.
    gcTime: 0,
    placeholderData: keepPreviousData,
    select: ({ pages }) => pages.flatMap(({ pictures }) => pictures),
  });
  const more = useCallback(() => void fetchNextPage({ cancelRefetch: false }), [fetchNextPage]);
  return {
    pictures: data ?? null,
    failed: isError,
    more: hasNextPage && !isFetchingNextPage ? more : null,
    reload: refetch,
  };
}
