/** What stood there before an edit, in the place of the result for as long as a button or a key is held. */
import { Eye } from 'lucide-react';
import { useTranslations } from 'next-intl';
import { type KeyboardEvent, useEffect } from 'react';
import { PLAIN_BUTTON } from '../ui/plain-button.tsx';

export interface BeforeView {
  /** The picture in whose place it is shown. */
  ofId: string;
  hash: string;
  /** `v2`, or what the picture is called where it has no version here. */
  label: string;
}

export function Before({ before }: { before: BeforeView }) {
  const t = useTranslations();
  return (
    <div className="pointer-events-none absolute inset-0 z-raised">
      {/* biome-ignore lint/performance/noImgElement: blobs are served as they are, with immutable caching. */}
      <img
        src={`/images/${before.hash}`}
        alt={t('turn.beforeAlt', { version: before.label })}
        className="size-full object-cover"
      />
      <span className="absolute bottom-2.5 left-2.5 rounded-full bg-black/75 px-2.5 py-0.5 text-white text-xs">
        {t('turn.beforeAlt', { version: before.label })}
      </span>
    </div>
  );
}

/** Shows what was before while it is held, by pointer, Space or Enter. */
export function HoldBefore({ version, onHold }: { version: string; onHold: (held: boolean) => void }) {
  const t = useTranslations();
  const isHoldKey = ({ key }: KeyboardEvent) => key === ' ' || key === 'Enter';
  // A button that goes away while it is held never hears of the release.
  useEffect(() => () => onHold(false), [onHold]);
  return (
    <button
      type="button"
      title={t('turn.beforeHint', { version })}
      aria-description={t('turn.beforeHint', { version })}
      onPointerDown={(event) => {
        event.currentTarget.setPointerCapture(event.pointerId);
        onHold(true);
      }}
      onPointerUp={() => onHold(false)}
      onPointerCancel={() => onHold(false)}
      onContextMenu={(event) => event.preventDefault()}
      onKeyDown={(event) => {
        if (!isHoldKey(event)) return;
        event.preventDefault();
        onHold(true);
      }}
      onKeyUp={(event) => isHoldKey(event) && onHold(false)}
      onBlur={() => onHold(false)}
      className={`${PLAIN_BUTTON} touch-none select-none`}
    >
      <Eye aria-hidden="true" />
      <span className="max-sm:sr-only">{t('turn.before')}</span>
    </button>
  );
}
