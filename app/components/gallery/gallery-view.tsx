/** Every picture of every session: find, open its turn, take it along as a reference, compare any two. */
import { Check, GitCompareArrows, ImagePlus } from 'lucide-react';
import { useTranslations } from 'next-intl';
import { type MouseEvent, useState } from 'react';
import type { GalleryPicture, TurnView } from '../../../studio/protocol.ts';
import { useGallery } from '../api/use-gallery.ts';
import { goToSession, sessionHref } from '../state/address.ts';
import { IconButton } from '../ui/icon-button.tsx';
import { PlainButton } from '../ui/plain-button.tsx';
import { isPlainClick } from '../ui/plain-click.ts';
import { GalleryFilterBar } from './gallery-filter-bar.tsx';
import { GalleryGrid, nameOf } from './gallery-grid.tsx';

interface GalleryViewProps {
  onReference: (picture: GalleryPicture) => void;
  onCompare: (two: [GalleryPicture, GalleryPicture]) => void;
}

export function GalleryView({ onReference, onCompare }: GalleryViewProps) {
  const t = useTranslations();
  const [q, setQ] = useState('');
  const [kind, setKind] = useState<TurnView['kind'] | undefined>();
  const [chosen, setChosen] = useState<GalleryPicture[]>([]);
  const gallery = useGallery({ q, kind });
  const isChosen = (picture: GalleryPicture) => chosen.some(({ id }) => id === picture.id);

  function choose(picture: GalleryPicture) {
    setChosen((before) =>
      isChosen(picture) ? before.filter(({ id }) => id !== picture.id) : [...before.slice(-1), picture],
    );
  }

  function open(event: MouseEvent, picture: GalleryPicture) {
    if (!isPlainClick(event)) return;
    event.preventDefault();
    goToSession(picture.sessionId, picture.turnId, picture.id);
  }

  return (
    <section aria-label={t('shell.gallery')} className="flex min-h-0 flex-col overflow-y-auto">
      <div className="mx-auto w-full max-w-[96rem] px-4 pb-8 sm:px-8">
        <div className="sticky top-0 z-raised flex flex-wrap items-center gap-2 bg-page py-4">
          <GalleryFilterBar q={q} kind={kind} onQ={setQ} onKind={setKind} />
          <span className="flex-1" />
          <PlainButton
            className="h-9"
            disabled={chosen.length !== 2}
            onClick={() => chosen.length === 2 && onCompare([chosen[0]!, chosen[1]!])}
          >
            <GitCompareArrows aria-hidden="true" />
            {t('gallery.compareChosen', { count: chosen.length })}
          </PlainButton>
        </div>
        <GalleryGrid
          gallery={gallery}
          empty={q ? t('gallery.nothingFound') : t('gallery.empty')}
          tile={(picture, print) => (
            <div className="group relative">
              <a
                href={sessionHref(picture.sessionId, picture.turnId, picture.id)}
                onClick={(event) => open(event, picture)}
                className={`block rounded-xl ${isChosen(picture) ? 'outline-2 outline-accent outline-offset-2' : ''}`}
              >
                {print}
                <span className="mt-1 block truncate text-xs text-soft" dir="auto" aria-hidden="true">
                  {picture.prompt || t('turn.uploaded')}
                </span>
              </a>
              <span className="absolute top-1.5 right-1.5 flex gap-1 opacity-0 transition-opacity focus-within:opacity-100 group-hover:opacity-100 pointer-coarse:opacity-100">
                <IconButton
                  label={`${t('turn.useAsReference')}: ${nameOf(picture, t('turn.uploaded'))}`}
                  onClick={() => onReference(picture)}
                  className="size-8 bg-card shadow-lift"
                >
                  <ImagePlus aria-hidden="true" />
                </IconButton>
                <IconButton
                  label={`${t('gallery.choose')}: ${nameOf(picture, t('turn.uploaded'))}`}
                  aria-pressed={isChosen(picture)}
                  onClick={() => choose(picture)}
                  className="size-8 bg-card shadow-lift aria-pressed:text-accent"
                >
                  <Check aria-hidden="true" />
                </IconButton>
              </span>
            </div>
          )}
        />
      </div>
    </section>
  );
}
