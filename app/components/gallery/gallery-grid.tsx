/**
 * Pictures as a wall of prints. Only the rows in sight are in the document, so a hundred thousand pictures scroll like a hundred; the
 * next page is asked for as its place comes near.
 */
import { useVirtualizer } from '@tanstack/react-virtual';
import { useTranslations } from 'next-intl';
import { type ReactNode, useCallback, useEffect, useLayoutEffect, useRef, useState } from 'react';
import type { GalleryPicture } from '../../../studio/protocol.ts';
import type { Gallery } from '../api/use-gallery.ts';
import { scaledView } from '../picture/thumbnail-source.ts';
import { PlainButton } from '../ui/plain-button.tsx';

interface GalleryGridProps {
  gallery: Gallery;
  /** Draws a tile: a link or a button around the print of a picture. */
  tile: (picture: GalleryPicture, print: ReactNode) => ReactNode;
  /** Height of what stands under each print. */
  captionPx?: number;
  empty: string;
}

const NARROWEST_PX = 152;
const GAP_PX = 12;
const NEAR_END = 3;

export function GalleryGrid({ gallery, tile, captionPx = 0, empty }: GalleryGridProps) {
  const t = useTranslations();
  const { pictures, failed, more, reload } = gallery;
  const list = useRef<HTMLUListElement>(null);
  const { widthPx, top, scroller } = usePlace(list, pictures !== null && pictures.length > 0);
  const columns = Math.max(2, Math.floor((widthPx + GAP_PX) / (NARROWEST_PX + GAP_PX)));
  const sidePx = Math.max(1, (widthPx - GAP_PX * (columns - 1)) / columns);
  const rowPx = sidePx + captionPx + GAP_PX;
  const rows = Math.ceil((pictures?.length ?? 0) / columns);
  const virtual = useVirtualizer({
    count: rows,
    getScrollElement: () => scroller,
    estimateSize: useCallback(() => rowPx, [rowPx]),
    overscan: 2,
    scrollMargin: top,
  });
  const { measure } = virtual;
  // biome-ignore lint/correctness/useExhaustiveDependencies: another height of the rows asks for it.
  useLayoutEffect(measure, [measure, rowPx]);
  const shown = virtual.getVirtualItems();
  const isNearEnd = pictures !== null && (shown.at(-1)?.index ?? 0) >= rows - NEAR_END;

  useEffect(() => {
    if (isNearEnd) more?.();
  }, [isNearEnd, more]);

  if (failed)
    return (
      <div className="p-6 text-center">
        <p className="mb-3 text-soft">{t('gallery.failed')}</p>
        <PlainButton onClick={reload}>{t('turn.retry')}</PlainButton>
      </div>
    );
  if (pictures?.length === 0) return <p className="p-6 text-center text-soft">{empty}</p>;
  return (
    <ul ref={list} className="relative" style={{ height: rows * rowPx }}>
      {shown.flatMap(({ index, start }) =>
        (pictures ?? []).slice(index * columns, (index + 1) * columns).map((picture, column) => (
          <li
            key={picture.id}
            className="absolute top-0 left-0"
            style={{
              width: sidePx,
              transform: `translate(${column * (sidePx + GAP_PX)}px, ${start - top}px)`,
            }}
          >
            {tile(picture, <Print picture={picture} alt={nameOf(picture, t('turn.uploaded'))} />)}
          </li>
        )),
      )}
    </ul>
  );
}

/** How wide the list is, and where it stands in what scrolls it. */
function usePlace(list: { current: HTMLElement | null }, isShown: boolean) {
  const [place, setPlace] = useState<{ widthPx: number; top: number; scroller: HTMLElement | null }>({
    ...{ widthPx: 0, top: 0, scroller: null },
  });
  useLayoutEffect(() => {
    const element = list.current;
    if (!element || !isShown) return;
    const scroller = element.closest<HTMLElement>('[data-scroller]');
    const look = () => {
      const above = scroller ? element.getBoundingClientRect().top - scroller.getBoundingClientRect().top : 0;
      setPlace({ widthPx: element.clientWidth, top: above + (scroller?.scrollTop ?? 0), scroller });
    };
    look();
    const observer = new ResizeObserver(look);
    observer.observe(element);
    return () => observer.disconnect();
  }, [list, isShown]);
  return place;
}

export function nameOf({ prompt, version }: GalleryPicture, uploaded: string): string {
  return `${prompt || uploaded}, v${version}`;
}

/** As wide as the columns of the grid are at most. */
const PRINT_SIZES = '(min-width: 640px) 12rem, 42vw';

function Print({ picture, alt }: { picture: GalleryPicture; alt: string }) {
  return (
    // biome-ignore lint/performance/noImgElement: small views are made by the server, with immutable caching.
    <img
      {...scaledView(picture.hash, PRINT_SIZES)}
      alt={alt}
      width={picture.widthPx}
      height={picture.heightPx}
      loading="lazy"
      decoding="async"
      className="ruled aspect-square w-full rounded-xl object-cover"
    />
  );
}
