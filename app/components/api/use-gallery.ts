'use client';
/** Pictures of all sessions, newest first, page by page, for one search. */
import { useCallback, useEffect, useRef, useState } from 'react';
import type { GalleryPicture } from '../../../studio/protocol.ts';
import { type GalleryFilter, listPictures } from './routes.ts';

export interface Gallery {
  /** `null` until the first answer. */
  pictures: GalleryPicture[] | null;
  failed: boolean;
  /** Asks for the next page; null when all are here. */
  more: (() => void) | null;
  reload: () => void;
}

const TYPING_PAUSE_MS = 200;

export function useGallery({ q = '', kind }: GalleryFilter): Gallery {
  const [pictures, setPictures] = useState<GalleryPicture[] | null>(null);
  const [cursor, setCursor] = useState<string | null>(null);
  const [failed, setFailed] = useState(false);
  const [attempt, setAttempt] = useState(0);
  const asking = useRef(false);

  // biome-ignore lint/correctness/useExhaustiveDependencies: `attempt` asks again after a failure.
  useEffect(() => {
    const stop = new AbortController();
    const timer = setTimeout(() => {
      listPictures({ q, kind }, stop.signal).then(
        (page) => {
          setFailed(false);
          setPictures(page.pictures);
          setCursor(page.nextCursor);
        },
        () => stop.signal.aborted || setFailed(true),
      );
    }, TYPING_PAUSE_MS);
    return () => {
      clearTimeout(timer);
      stop.abort();
    };
  }, [q, kind, attempt]);

  const more = useCallback(() => {
    if (cursor === null || asking.current) return;
    asking.current = true;
    listPictures({ q, kind }, new AbortController().signal, cursor)
      .then((page) => {
        setPictures((before) => [...(before ?? []), ...page.pictures]);
        setCursor(page.nextCursor);
      })
      .catch(() => setFailed(true))
      .finally(() => {
        asking.current = false;
      });
  }, [q, kind, cursor]);

  return { pictures, failed, more: cursor === null ? null : more, reload: () => setAttempt((n) => n + 1) };
}
