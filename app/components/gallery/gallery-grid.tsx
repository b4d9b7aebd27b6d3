/** Pictures as a wall of prints. Rows out of sight cost nothing; the next page comes as its place comes near. */
import { useTranslations } from 'next-intl';
import { type ReactNode, useEffect, useRef } from 'react';
import type { GalleryPicture } from '../../../studio/protocol.ts';
import type { Gallery } from '../api/use-gallery.ts';
import { PlainButton } from '../ui/plain-button.tsx';

interface GalleryGridProps {
  gallery: Gallery;
  /** Draws a tile: a link or a button around the print of a picture. */
  tile: (picture: GalleryPicture, print: ReactNode) => ReactNode;
  empty: string;
}

export function GalleryGrid({ gallery: { pictures, failed, more, reload }, tile, empty }: GalleryGridProps) {
  const t = useTranslations();
  const end = useRef<HTMLDivElement>(null);

  useEffect(() => {
    if (!end.current || !more) return;
    const observer = new IntersectionObserver(([entry]) => entry?.isIntersecting && more(), {
      rootMargin: '600px',
    });
    observer.observe(end.current);
    return () => observer.disconnect();
  }, [more]);

  if (failed)
    return (
      <div className="p-6 text-center">
        <p className="mb-3 text-soft">{t('gallery.failed')}</p>
        <PlainButton onClick={reload}>{t('turn.retry')}</PlainButton>
      </div>
    );
  if (pictures?.length === 0) return <p className="p-6 text-center text-soft">{empty}</p>;
  return (
    <>
      <ul className="grid grid-cols-[repeat(auto-fill,minmax(min(9.5rem,42vw),1fr))] gap-3">
        {pictures?.map((picture) => (
          <li key={picture.id} className="[contain-intrinsic-size:auto_12rem] [content-visibility:auto]">
            {tile(picture, <Print picture={picture} alt={nameOf(picture, t('turn.uploaded'))} />)}
          </li>
        ))}
      </ul>
      <div ref={end} />
    </>
  );
}

export function nameOf({ prompt, version }: GalleryPicture, uploaded: string): string {
  return `${prompt || uploaded}, v${version}`;
}

function Print({ picture, alt }: { picture: GalleryPicture; alt: string }) {
  return (
    // biome-ignore lint/performance/noImgElement: blobs are served as they are, with immutable caching.
    <img
      src={`/images/${picture.hash}`}
      alt={alt}
      width={picture.widthPx}
      height={picture.heightPx}
      loading="lazy"
      decoding="async"
      className="ruled aspect-square w-full rounded-xl object-cover"
    />
  );
}
