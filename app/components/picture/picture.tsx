/**
 * A finished picture as a link to its own file: a plain click looks at it here, any other opens or saves the file with its recipe,
 * and it can be dragged out. Bytes that did not come, such as without a network, are asked for again.
 */
import { type DragEvent, type MouseEvent, useEffect, useState } from 'react';
import { fileWords } from '../../../studio/mentions/file-name.ts';
import type { PictureView } from '../../../studio/protocol.ts';
import { downloadHref, savedHref } from '../api/routes.ts';
import { isPlainClick } from '../ui/plain-click.ts';

/** What a dragged picture of the page says it is. */
export const PICTURE_TYPE = 'application/x-palimpsest-picture';

interface PictureProps {
  picture: PictureView;
  alt: string;
  onOpen: () => void;
}

const NAME_LENGTH = 80;
const FIRST_RETRY_MS = 500;
const LONGEST_RETRY_MS = 20_000;

export function Picture({ picture, alt, onOpen }: PictureProps) {
  const [failures, setFailures] = useState(0);
  const [attempt, setAttempt] = useState(0);

  useEffect(() => {
    if (failures === 0) return;
    const again = () => setAttempt(failures);
    const timer = setTimeout(again, Math.min(FIRST_RETRY_MS * 2 ** failures, LONGEST_RETRY_MS));
    addEventListener('online', again);
    return () => {
      clearTimeout(timer);
      removeEventListener('online', again);
    };
  }, [failures]);

  function open(event: MouseEvent) {
    if (!isPlainClick(event)) return;
    event.preventDefault();
    onOpen();
  }

  /** Dropped on the desktop it is a file with its receipt, dropped on the composer it goes into the message. */
  function drag({ dataTransfer }: DragEvent) {
    const url = new URL(downloadHref(picture), location.href).href;
    dataTransfer.setData('DownloadURL', `image/png:${fileWords(alt, NAME_LENGTH)}.png:${url}`);
    dataTransfer.setData(PICTURE_TYPE, picture.id);
    dataTransfer.setData('text/uri-list', url);
    dataTransfer.effectAllowed = 'copy';
  }

  return (
    <a
      href={savedHref(picture)}
      onClick={open}
      onDragStart={drag}
      className="absolute inset-0 rounded-2xl outline-offset-[-3px]"
    >
      {/* biome-ignore lint/performance/noImgElement: blobs are served as they are, with immutable caching. */}
      <img
        key={attempt}
        onError={() => setFailures((before) => before + 1)}
        src={savedHref(picture)}
        alt={alt}
        width={picture.widthPx}
        height={picture.heightPx}
        decoding="async"
        className="size-full animate-appear object-cover"
      />
    </a>
  );
}
