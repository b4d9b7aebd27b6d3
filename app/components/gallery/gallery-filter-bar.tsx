/** What the gallery shows and in which order: words of the branch, how a picture came about, favourites. */
import { ArrowDownWideNarrow, ArrowUpNarrowWide, Search, Star } from 'lucide-react';
import { useTranslations } from 'next-intl';
import type { GalleryFilter } from '../api/routes.ts';
import { IconButton } from '../ui/icon-button.tsx';
import { PlainButton } from '../ui/plain-button.tsx';

interface GalleryFilterBarProps {
  filter: GalleryFilter;
  onFilter: (filter: GalleryFilter) => void;
}

const KINDS = [undefined, 'generate', 'edit', 'upload'] as const;

export function GalleryFilterBar({ filter, onFilter }: GalleryFilterBarProps) {
  const t = useTranslations();
  const { q = '', kind, favourites = false, sort = 'newest' } = filter;
  const isNewest = sort === 'newest';
  return (
    <>
      <span className="relative min-w-40 flex-1 sm:max-w-72">
        <Search className="absolute top-1/2 left-3 size-4 -translate-y-1/2 text-soft" aria-hidden="true" />
        <input
          type="search"
          aria-label={t('gallery.search')}
          placeholder={t('gallery.search')}
          value={q}
          onChange={(event) => onFilter({ ...filter, q: event.target.value })}
          className="h-9 w-full rounded-lg border border-line bg-card pr-3 pl-9 text-sm placeholder:text-soft pointer-coarse:text-base"
        />
      </span>
      <span className="flex gap-1">
        {KINDS.map((each) => (
          <PlainButton
            key={each ?? 'all'}
            className="h-9"
            aria-pressed={each === kind}
            onClick={() => onFilter({ ...filter, kind: each })}
          >
            {t(`gallery.kinds.${each ?? 'all'}`)}
          </PlainButton>
        ))}
      </span>
      <span className="flex gap-1">
        <IconButton
          label={t('gallery.favouritesOnly')}
          aria-pressed={favourites}
          onClick={() => onFilter({ ...filter, favourites: !favourites })}
          className="aria-pressed:bg-accent-wash aria-pressed:text-accent"
        >
          <Star aria-hidden="true" />
        </IconButton>
        <IconButton
          label={isNewest ? t('gallery.newestFirst') : t('gallery.oldestFirst')}
          onClick={() => onFilter({ ...filter, sort: isNewest ? 'oldest' : 'newest' })}
        >
          {isNewest ? <ArrowDownWideNarrow aria-hidden="true" /> : <ArrowUpNarrowWide aria-hidden="true" />}
        </IconButton>
      </span>
    </>
  );
}
