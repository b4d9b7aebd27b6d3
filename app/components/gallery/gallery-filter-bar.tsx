/** What the gallery shows: words of the message, and how a picture came about. */
import { Search } from 'lucide-react';
import { useTranslations } from 'next-intl';
import type { TurnView } from '../../../studio/protocol.ts';
import { PlainButton } from '../ui/plain-button.tsx';

interface GalleryFilterBarProps {
  q: string;
  kind: TurnView['kind'] | undefined;
  onQ: (q: string) => void;
  onKind: (kind: TurnView['kind'] | undefined) => void;
}

const KINDS = [undefined, 'generate', 'edit', 'upload'] as const;

export function GalleryFilterBar({ q, kind, onQ, onKind }: GalleryFilterBarProps) {
  const t = useTranslations();
  return (
    <>
      <span className="relative min-w-40 flex-1 sm:max-w-72">
        <Search className="absolute top-1/2 left-3 size-4 -translate-y-1/2 text-soft" aria-hidden="true" />
        <input
          type="search"
          aria-label={t('gallery.search')}
          placeholder={t('gallery.search')}
          value={q}
          onChange={(event) => onQ(event.target.value)}
          className="h-9 w-full rounded-lg border border-line bg-card pr-3 pl-9 text-sm placeholder:text-soft"
        />
      </span>
      <span className="flex gap-1">
        {KINDS.map((each) => (
          <PlainButton
            key={each ?? 'all'}
            className="h-9"
            aria-pressed={each === kind}
            onClick={() => onKind(each)}
          >
            {t(`gallery.kinds.${each ?? 'all'}`)}
          </PlainButton>
        ))}
      </span>
    </>
  );
}
