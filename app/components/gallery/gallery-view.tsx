/** Every picture of every session: find, mark, open its turn, take it along, and do something with several at once. */
import { Check, ImagePlus, Star } from 'lucide-react';
import { useTranslations } from 'next-intl';
import { type MouseEvent, useState } from 'react';
import type { GalleryPicture, SessionView } from '../../../studio/protocol.ts';
import { useAttempt } from '../actions/use-attempt.ts';
import { type GalleryFilter, markPicture } from '../api/routes.ts';
import { useGallery } from '../api/use-gallery.ts';
import { goToSession, sessionHref } from '../state/address.ts';
import { IconButton } from '../ui/icon-button.tsx';
import { isPlainClick } from '../ui/plain-click.ts';
import { GalleryFilterBar } from './gallery-filter-bar.tsx';
import { GalleryGrid, nameOf } from './gallery-grid.tsx';
import { SelectionBar } from './selection-bar.tsx';

interface GalleryViewProps {
  /** Where pictures can be moved to. */
  sessions: SessionView[];
  onReference: (picture: GalleryPicture) => void;
  onCompare: (two: [GalleryPicture, GalleryPicture]) => void;
}

const CAPTION_PX = 40;

export function GalleryView({ sessions, onReference, onCompare }: GalleryViewProps) {
  const t = useTranslations();
  const attempt = useAttempt();
  const [filter, setFilter] = useState<GalleryFilter>({});
  const [taken, setChosen] = useState<GalleryPicture[]>([]);
  /** The picture from which a click with Shift chooses all up to the clicked one. */
  const [anchor, setAnchor] = useState<string | null>(null);
  const gallery = useGallery(filter);
  // As they are now: a mark may have changed since one was chosen, and another search may not list it.
  const chosen = taken.map((each) => gallery.pictures?.find(({ id }) => id === each.id) ?? each);
  const isChosen = (picture: GalleryPicture) => chosen.some(({ id }) => id === picture.id);

  function choose(picture: GalleryPicture, isRange: boolean) {
    const pictures = gallery.pictures ?? [];
    const places = [anchor, picture.id].map((id) => pictures.findIndex((each) => each.id === id));
    if (isRange && places.every((place) => place >= 0)) {
      const range = pictures.slice(Math.min(...places), Math.max(...places) + 1);
      setChosen((before) => [...new Map([...before, ...range].map((each) => [each.id, each])).values()]);
    } else
      setChosen((before) =>
        isChosen(picture) ? before.filter(({ id }) => id !== picture.id) : [...before, picture],
      );
    setAnchor(picture.id);
  }

  function open(event: MouseEvent, picture: GalleryPicture) {
    if (!isPlainClick(event)) return;
    event.preventDefault();
    // While several are being chosen a click chooses, as in other galleries.
    if (chosen.length > 0) choose(picture, event.shiftKey);
    else goToSession(picture.sessionId, picture.turnId, picture.id);
  }

  const mark = (pictures: readonly GalleryPicture[], favourite: boolean) =>
    attempt(async () => {
      for (const { id } of pictures) {
        await markPicture(id, favourite);
        const isGone = filter.favourites && !favourite;
        gallery.replace(id, isGone ? null : { isFavourite: favourite || undefined });
      }
    });

  return (
    <section data-scroller aria-label={t('shell.gallery')} className="flex min-h-0 flex-col overflow-y-auto">
      <div className="mx-auto w-full max-w-[96rem] px-4 pb-8 sm:px-8">
        <div className="sticky top-0 z-raised bg-page py-4">
          <div className="flex flex-wrap items-center gap-2">
            <GalleryFilterBar filter={filter} onFilter={setFilter} />
          </div>
          {chosen.length > 0 && (
            <SelectionBar
              chosen={chosen}
              sessions={sessions}
              onCompare={onCompare}
              onMark={(favourite) => mark(chosen, favourite)}
              onAll={() => setChosen(gallery.pictures ?? [])}
              onNone={() => setChosen([])}
              onGone={() => {
                setChosen([]);
                gallery.reload();
              }}
            />
          )}
        </div>
        <GalleryGrid
          gallery={gallery}
          captionPx={CAPTION_PX}
          empty={emptyText(filter)}
          tile={(picture, print) => (
            <div className="group relative">
              <a
                href={sessionHref(picture.sessionId, picture.turnId, picture.id)}
                onClick={(event) => open(event, picture)}
                className={`block rounded-xl ${isChosen(picture) ? 'outline-2 outline-accent outline-offset-2' : ''}`}
              >
                {print}
                <span className="mt-1 block h-9 text-xs leading-tight" dir="auto" aria-hidden="true">
                  <span className="block truncate">{picture.prompt || t('turn.uploaded')}</span>
                  <span className="block truncate text-soft">{picture.sessionTitle}</span>
                </span>
              </a>
              <TileButtons
                picture={picture}
                isChosen={isChosen(picture)}
                onChoose={(event) => choose(picture, event.shiftKey)}
                onReference={() => onReference(picture)}
                onMark={() => mark([picture], !picture.isFavourite)}
              />
            </div>
          )}
        />
      </div>
    </section>
  );

  function emptyText({ q, favourites }: GalleryFilter): string {
    if (q) return t('gallery.nothingFound');
    return favourites ? t('gallery.noFavourites') : t('gallery.empty');
  }
}

interface TileButtonsProps {
  picture: GalleryPicture;
  isChosen: boolean;
  onChoose: (event: MouseEvent) => void;
  onReference: () => void;
  onMark: () => void;
}

const ON_HOVER = 'opacity-0 transition-opacity group-hover:opacity-100 pointer-coarse:opacity-100';

/** A finger has room for two on a small picture; a favourite is marked there among what was chosen. */
function TileButtons({ picture, isChosen, onChoose, onReference, onMark }: TileButtonsProps) {
  const t = useTranslations();
  const name = nameOf(picture, t('turn.uploaded'));
  const small = 'size-8 bg-card shadow-lift pointer-coarse:size-11 focus-visible:opacity-100';
  return (
    <span className="absolute top-1.5 right-1.5 flex justify-end gap-1 pointer-coarse:left-1.5 pointer-coarse:justify-between">
      <IconButton
        label={`${t('turn.useAsReference')}: ${name}`}
        onClick={onReference}
        className={`${small} ${ON_HOVER}`}
      >
        <ImagePlus aria-hidden="true" />
      </IconButton>
      <IconButton
        label={`${t('gallery.favourite')}: ${name}`}
        aria-pressed={picture.isFavourite ?? false}
        onClick={onMark}
        className={`${small} aria-pressed:text-accent aria-pressed:[&>svg]:fill-current ${picture.isFavourite ? '' : `${ON_HOVER} pointer-coarse:hidden`}`}
      >
        <Star aria-hidden="true" />
      </IconButton>
      <IconButton
        label={`${t('gallery.choose')}: ${name}`}
        aria-pressed={isChosen}
        onClick={onChoose}
        className={`${small} aria-pressed:bg-accent aria-pressed:text-on-accent ${isChosen ? '' : ON_HOVER}`}
      >
        <Check aria-hidden="true" />
      </IconButton>
    </span>
  );
}
