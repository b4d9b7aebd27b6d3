'use client';
/** One picture as large as the screen allows; arrow keys go through the versions of the session. */
import { ChevronLeft, ChevronRight, X } from 'lucide-react';
import { Dialog } from 'radix-ui';
import type { KeyboardEvent } from 'react';
import type { ImageView, NodeView } from '../../protocol.ts';
import { IconButton } from '../shell/icon-button.tsx';
import { allImages } from '../state/intent.ts';
import { useStrings } from '../strings.ts';

interface LightboxProps {
  nodes: NodeView[];
  viewedId: string | null;
  onView: (imageId: string | null) => void;
}

export function Lightbox({ nodes, viewedId, onView }: LightboxProps) {
  const strings = useStrings();
  const images = allImages(nodes).sort((a, b) => a.version - b.version);
  const place = images.findIndex(({ id }) => id === viewedId);
  const image = images[place];
  const before = images[place - 1];
  const after = images[place + 1];
  const prompt = nodes.find(({ id }) => id === image?.nodeId)?.prompt || strings.uploaded;
  const go = (to: ImageView | undefined) => to && onView(to.id);

  function press({ key }: KeyboardEvent) {
    if (key === 'ArrowLeft') go(before);
    if (key === 'ArrowRight') go(after);
  }

  return (
    <Dialog.Root open={image !== undefined} onOpenChange={(open) => !open && onView(null)}>
      <Dialog.Portal>
        <Dialog.Overlay className="fixed inset-0 z-40 animate-appear bg-page/95" />
        <Dialog.Content
          onKeyDown={press}
          aria-describedby={undefined}
          className="fixed inset-0 z-50 flex flex-col items-center justify-center gap-4 p-4 outline-none sm:p-8"
        >
          {image && (
            // biome-ignore lint/performance/noImgElement: blobs are served as they are, with immutable caching.
            <img
              key={image.id}
              src={`/images/${image.hash}`}
              alt={`${prompt}, v${image.version}`}
              style={{ aspectRatio: `${image.widthPx} / ${image.heightPx}` }}
              className="h-[min(76dvh,60rem)] min-h-0 max-w-full animate-appear rounded-[14px] object-contain"
            />
          )}
          <div className="flex w-full max-w-2xl items-center gap-2">
            <IconButton label={strings.previous} disabled={!before} onClick={() => go(before)}>
              <ChevronLeft aria-hidden="true" />
            </IconButton>
            <Dialog.Title className="min-w-0 flex-1 text-balance text-center">
              <span className="font-mono font-semibold text-accent">v{image?.version}</span>{' '}
              <span className="line-clamp-2">{prompt}</span>
            </Dialog.Title>
            <IconButton label={strings.next} disabled={!after} onClick={() => go(after)}>
              <ChevronRight aria-hidden="true" />
            </IconButton>
          </div>
          <Dialog.Close asChild>
            <IconButton label={strings.close} className="absolute top-3 right-3 bg-card">
              <X aria-hidden="true" />
            </IconButton>
          </Dialog.Close>
        </Dialog.Content>
      </Dialog.Portal>
    </Dialog.Root>
  );
}
