/** The pictures that a mention could mean, over the box. The box keeps the focus and names the active row. */
import { useTranslations } from 'next-intl';
import { Thumbnail } from '../picture/thumbnail.tsx';
import type { Suggestion } from './suggestions.ts';

interface MentionListProps {
  id: string;
  suggestions: Suggestion[];
  active: number;
  onChoose: (suggestion: Suggestion) => void;
}

export function MentionList({ id, suggestions, active, onChoose }: MentionListProps) {
  const t = useTranslations();
  return (
    <div
      id={id}
      role="listbox"
      aria-label={t('composer.mentions')}
      className="absolute bottom-full left-0 z-float mb-1 w-full max-w-sm animate-rise overflow-hidden rounded-2xl border border-line bg-card p-1.5 shadow-float"
    >
      {suggestions.map((suggestion, index) => (
        <button
          key={suggestion.picture.id}
          id={`${id}-${index}`}
          type="button"
          role="option"
          tabIndex={-1}
          aria-selected={index === active}
          onMouseDown={(event) => event.preventDefault()}
          onClick={() => onChoose(suggestion)}
          className="flex w-full items-center gap-2.5 rounded-lg px-2 py-1.5 text-left text-sm hover:bg-wash aria-selected:bg-wash"
        >
          <Thumbnail hash={suggestion.picture.hash} className="size-8 rounded-md" />
          <span className="font-mono font-semibold text-xs text-accent">{suggestion.token}</span>
          <span className="min-w-0 truncate text-soft">{suggestion.prompt || t('turn.uploaded')}</span>
        </button>
      ))}
    </div>
  );
}
