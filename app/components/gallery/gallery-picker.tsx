/** Takes a picture of any session into the message. */
import { useTranslations } from 'next-intl';
import { Dialog } from 'radix-ui';
import { useState } from 'react';
import type { GalleryFilter } from '../api/routes.ts';
import { useGallery } from '../api/use-gallery.ts';
import type { DraftReference } from '../state/drafts.ts';
import { DialogClose } from '../ui/layers/dialog-close.tsx';
import { SHEET, SHEET_VEIL } from '../ui/layers/sheet.ts';
import { useBack } from '../ui/use-back.ts';
import { GalleryFilterBar } from './gallery-filter-bar.tsx';
import { GalleryGrid } from './gallery-grid.tsx';
import { referenceOf } from './reference-of.ts';

interface GalleryPickerProps {
  sessionId: string | null;
  onPick: (reference: Omit<DraftReference, 'role'>) => void;
  onClose: () => void;
}

export function GalleryPicker({ sessionId, onPick, onClose }: GalleryPickerProps) {
  const t = useTranslations();
  const [filter, setFilter] = useState<GalleryFilter>({});
  const gallery = useGallery(filter);
  useBack(true, onClose);
  return (
    <Dialog.Root open onOpenChange={(open) => !open && onClose()}>
      <Dialog.Portal>
        <Dialog.Overlay className={SHEET_VEIL} />
        <Dialog.Content
          aria-describedby={undefined}
          className={`${SHEET} flex h-[min(44rem,calc(100dvh-2rem))] w-[min(54rem,calc(100vw-2rem))] flex-col overflow-hidden p-0`}
        >
          <div className="flex items-center gap-2 px-5 pt-4">
            <Dialog.Title className="flex-1 font-semibold text-md">{t('composer.fromGallery')}</Dialog.Title>
            <DialogClose />
          </div>
          <div className="flex flex-wrap items-center gap-2 px-5 py-3">
            <GalleryFilterBar filter={filter} onFilter={setFilter} />
          </div>
          <div data-scroller className="min-h-0 flex-1 overflow-y-auto px-5 pb-5">
            <GalleryGrid
              gallery={gallery}
              empty={filter.q ? t('gallery.nothingFound') : t('gallery.empty')}
              tile={(picture, print) => (
                <button
                  type="button"
                  onClick={() => onPick(referenceOf(picture, sessionId))}
                  className="block w-full rounded-xl transition-shadow hover:shadow-lift"
                >
                  {print}
                </button>
              )}
            />
          </div>
        </Dialog.Content>
      </Dialog.Portal>
    </Dialog.Root>
  );
}
