/** Pictures of all sessions, page by page, for one search. */
import { keepPreviousData, useInfiniteQuery, useQueryClient } from '@tanstack/react-query';
import { useCallback } from 'react';
import type { GalleryPage, GalleryPicture } from '../../../studio/protocol.ts';
import { pause } from './pause.ts';
import { type GalleryFilter, listPictures } from './routes.ts';

export interface Gallery {
  /** `null` until the first answer. */
  pictures: GalleryPicture[] | null;
  failed: boolean;
  /** Asks for the next page; null while it is on its way and when all are here. */
  more: (() => void) | null;
  reload: () => void;
  /** Puts a changed picture in its place, or with null takes it out, until the gallery is asked for again. */
  replace: (id: string, change: Partial<GalleryPicture> | null) => void;
}

const TYPING_PAUSE_MS = 200;

export function useGallery({ q = '', kind, favourites, sort }: GalleryFilter): Gallery {
  const client = useQueryClient();
  const queryKey = ['gallery', { q, kind, favourites, sort }];
  const { data, isError, hasNextPage, isFetchingNextPage, fetchNextPage, refetch } = useInfiniteQuery({
    queryKey,
    queryFn: async ({ pageParam, signal }) => {
      if (pageParam === undefined && q !== '') await pause(TYPING_PAUSE_MS, signal);
      return listPictures({ q, kind, favourites, sort }, signal, pageParam);
    },
    initialPageParam: undefined as string | undefined,
    getNextPageParam: (page) => page.nextCursor,
    // Pictures come and go while the gallery is closed: it opens with what there is now.
    gcTime: 0,
    placeholderData: keepPreviousData,
    select: picturesOf,
  });
  const more = useCallback(() => void fetchNextPage({ cancelRefetch: false }), [fetchNextPage]);
  function replace(id: string, change: Partial<GalleryPicture> | null) {
    client.setQueryData<{ pages: GalleryPage[]; pageParams: unknown[] }>(
      queryKey,
      (before) =>
        before && {
          ...before,
          pages: before.pages.map((page) => ({
            ...page,
            pictures: page.pictures.flatMap((each) =>
              each.id !== id ? [each] : change ? [{ ...each, ...change }] : [],
            ),
          })),
        },
    );
  }
  return {
    pictures: data ?? null,
    failed: isError,
    more: hasNextPage && !isFetchingNextPage ? more : null,
    reload: refetch,
    replace,
  };
}

const picturesOf = ({ pages }: { pages: GalleryPage[] }): GalleryPicture[] =>
  pages.flatMap(({ pictures }) => pictures);
