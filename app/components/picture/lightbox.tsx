/**
 * One picture as large as the screen allows; arrow keys go through the versions of the session, wheel,
 * fingers and + - 0 zoom. The buttons under it act on the picture and close the view.
 */
import { ChevronLeft, ChevronRight, ImagePlus, Maximize, PenLine, ZoomIn, ZoomOut } from 'lucide-react';
import { useTranslations } from 'next-intl';
import { Dialog } from 'radix-ui';
import { type KeyboardEvent, useRef } from 'react';
import type { PictureView, TurnView } from '../../../studio/protocol.ts';
import { useActions } from '../actions/actions.ts';
import { savedHref } from '../api/routes.ts';
import { allPictures } from '../state/intent.ts';
import { percent } from '../ui/figures/percent.ts';
import { IconButton } from '../ui/icon-button.tsx';
import { DialogClose } from '../ui/layers/dialog-close.tsx';
import { PlainButton } from '../ui/plain-button.tsx';
import { useBack } from '../ui/use-back.ts';
import { DownloadLink } from './download-link.tsx';
import { shownScale, useZoom, ZOOM_STEP } from './use-zoom.ts';

interface LightboxProps {
  turns: TurnView[];
  viewedId: string | null;
  onView: (pictureId: string | null) => void;
}

export function Lightbox({ turns, viewedId, onView }: LightboxProps) {
  const t = useTranslations();
  const pictures = allPictures(turns).sort((a, b) => a.version - b.version);
  const place = pictures.findIndex(({ id }) => id === viewedId);
  const picture = pictures[place];
  const before = pictures[place - 1];
  const after = pictures[place + 1];
  const prompt = turns.find(({ id }) => id === picture?.turnId)?.prompt || t('turn.uploaded');
  const { view, frame, zoomBy, reset, surface } = useZoom(picture?.id);
  const go = (to: PictureView | undefined) => to && onView(to.id);
  const actions = useActions();
  useBack(picture !== undefined, () => onView(null));
  /** Runs once the view has closed, so that the focus stays where the action puts it. */
  const afterwards = useRef<(() => void) | null>(null);

  function closeAnd(action: () => void) {
    afterwards.current = action;
    onView(null);
  }

  function press({ key }: KeyboardEvent) {
    if (key === 'ArrowLeft') go(before);
    if (key === 'ArrowRight') go(after);
    if (key === '+' || key === '=') zoomBy(ZOOM_STEP);
    if (key === '-') zoomBy(1 / ZOOM_STEP);
    if (key === '0') reset();
  }

  return (
    <Dialog.Root open={picture !== undefined} onOpenChange={(open) => !open && onView(null)}>
      <Dialog.Portal>
        <Dialog.Overlay className="fixed inset-0 z-veil animate-appear bg-page/95" />
        <Dialog.Content
          onKeyDown={press}
          aria-describedby={undefined}
          onCloseAutoFocus={(event) => {
            if (!afterwards.current) return;
            event.preventDefault();
            afterwards.current();
            afterwards.current = null;
          }}
          className="fixed inset-0 z-cover flex flex-col items-center justify-center gap-4 p-4 outline-none sm:p-8"
        >
          {picture && (
            // biome-ignore lint/a11y/noStaticElementInteractions: keys and buttons do the same.
            <div
              {...surface}
              onDoubleClick={() => (view.zoom === 1 ? zoomBy(ZOOM_STEP ** 2) : reset())}
              className={`grid h-[min(70dvh,60rem)] w-full min-h-0 touch-none place-items-center overflow-hidden ${
                view.zoom > 1 ? 'cursor-grab active:cursor-grabbing' : ''
              }`}
            >
              {/* biome-ignore lint/performance/noImgElement: blobs are served as they are, with immutable caching. */}
              <img
                key={picture.id}
                src={savedHref(picture)}
                alt={`${prompt}, v${picture.version}`}
                draggable={view.zoom === 1}
                style={{
                  aspectRatio: `${picture.widthPx} / ${picture.heightPx}`,
                  transform: `translate(${view.x}px, ${view.y}px) scale(${view.zoom})`,
                  imageRendering: view.zoom > 4 ? 'pixelated' : 'auto',
                }}
                className="h-full min-h-0 max-w-full animate-appear rounded-2xl object-contain"
              />
            </div>
          )}
          <div className="flex w-full max-w-2xl items-center gap-2">
            <IconButton label={t('turn.previous')} disabled={!before} onClick={() => go(before)}>
              <ChevronLeft aria-hidden="true" />
            </IconButton>
            <Dialog.Title className="min-w-0 flex-1 text-balance text-center">
              <span className="font-mono font-semibold text-accent">v{picture?.version}</span>{' '}
              <span className="line-clamp-2">{prompt}</span>
            </Dialog.Title>
            <IconButton label={t('turn.next')} disabled={!after} onClick={() => go(after)}>
              <ChevronRight aria-hidden="true" />
            </IconButton>
          </div>
          {picture && (
            <div className="flex flex-wrap justify-center gap-1.5">
              <PlainButton onClick={() => closeAnd(() => actions.editFrom(picture))}>
                <PenLine aria-hidden="true" />
                {t('turn.editFrom')}
              </PlainButton>
              <PlainButton onClick={() => closeAnd(() => actions.addReference(picture))}>
                <ImagePlus aria-hidden="true" />
                {t('turn.useAsReference')}
              </PlainButton>
              <DownloadLink picture={picture} />
            </div>
          )}
          <div className="absolute top-3 left-3 flex items-center gap-1">
            <IconButton label={t('turn.zoomOut')} className="bg-card" onClick={() => zoomBy(1 / ZOOM_STEP)}>
              <ZoomOut aria-hidden="true" />
            </IconButton>
            <IconButton label={t('turn.zoomIn')} className="bg-card" onClick={() => zoomBy(ZOOM_STEP)}>
              <ZoomIn aria-hidden="true" />
            </IconButton>
            <IconButton label={t('turn.fit')} className="bg-card" onClick={reset}>
              <Maximize aria-hidden="true" />
            </IconButton>
            <span className="px-1.5 font-mono text-xs text-soft">
              {picture && frame && percent(shownScale(view.zoom, frame, picture))}
            </span>
          </div>
          <DialogClose className="absolute top-3 right-3 bg-card" />
        </Dialog.Content>
      </Dialog.Portal>
    </Dialog.Root>
  );
}
