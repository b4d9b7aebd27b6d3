/** What the server finds for the words in the palette, once they rest for a moment. */
import { keepPreviousData, useQuery } from '@tanstack/react-query';
import type { SearchHit } from '../../../studio/protocol.ts';
import { pause } from './pause.ts';
import { search } from './routes.ts';

const TYPING_PAUSE_MS = 120;
const NONE: SearchHit[] = [];

export function useSearch(q: string): { hits: SearchHit[]; asking: boolean } {
  const { data, isPending, isPlaceholderData } = useQuery({
    queryKey: ['search', q],
    queryFn: async ({ signal }) => {
      await pause(TYPING_PAUSE_MS, signal);
      return (await search(q, signal)).hits;
    },
    enabled: q !== '',
    // A message may have been sent since the same words were last searched for.
    gcTime: 0,
    placeholderData: keepPreviousData,
  });
  if (q === '') return { hits: NONE, asking: false };
  return { hits: data ?? NONE, asking: isPending || isPlaceholderData };
}
