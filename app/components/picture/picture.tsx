'use client';
/** A finished picture as a link to its own bytes: a plain click looks at it here, any other opens or saves the file. */
import type { MouseEvent } from 'react';
import type { ImageView } from '../../protocol.ts';

interface PictureProps {
  image: ImageView;
  alt: string;
  onOpen: () => void;
}

export function Picture({ image, alt, onOpen }: PictureProps) {
  function open(event: MouseEvent) {
    if (event.metaKey || event.ctrlKey || event.shiftKey || event.altKey) return;
    event.preventDefault();
    onOpen();
  }

  return (
    <a
      href={`/images/${image.hash}`}
      onClick={open}
      className="absolute inset-0 rounded-[14px] outline-offset-[-3px]"
    >
      {/* biome-ignore lint/performance/noImgElement: blobs are served as they are, with immutable caching. */}
      <img
        src={`/images/${image.hash}`}
        alt={alt}
        width={image.widthPx}
        height={image.heightPx}
        decoding="async"
        className="size-full animate-appear object-cover"
      />
    </a>
  );
}
