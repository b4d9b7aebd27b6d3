'use client';
/** What the server finds for the words in the palette, once they rest for a moment. */
import { useEffect, useState } from 'react';
import type { SearchHit } from '../../../studio/protocol.ts';
import { search } from './routes.ts';

const TYPING_PAUSE_MS = 120;

export function useSearch(q: string): { hits: SearchHit[]; asking: boolean } {
  const [found, setFound] = useState<{ q: string; hits: SearchHit[] }>({ q: '', hits: [] });
  useEffect(() => {
    if (q === '') return;
    const stop = new AbortController();
    const timer = setTimeout(() => {
      search(q, stop.signal).then(
        ({ hits }) => setFound({ q, hits }),
        () => stop.signal.aborted || setFound({ q, hits: [] }),
      );
    }, TYPING_PAUSE_MS);
    return () => {
      clearTimeout(timer);
      stop.abort();
    };
  }, [q]);
  return { hits: q === '' ? [] : found.hits, asking: q !== '' && found.q !== q };
}
