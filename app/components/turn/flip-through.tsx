/**
 * The pictures of one message in the same place, one after the other, so that what differs jumps to the eye. A click on the picture
 * chooses it. Waits for a press where motion is not wanted.
 */
import { ChevronLeft, ChevronRight, Pause, Play } from 'lucide-react';
import { useTranslations } from 'next-intl';
import { type KeyboardEvent, useEffect, useState } from 'react';
import type { TurnView } from '../../../studio/protocol.ts';
import { useActions } from '../actions/actions.ts';
import { Frame } from '../picture/frame.tsx';
import { IconButton } from '../ui/icon-button.tsx';
import { PlainButton } from '../ui/plain-button.tsx';

const EACH_MS = 700;

interface FlipThroughProps {
  turn: TurnView;
  chosenId: string | null;
  onClose: () => void;
}

export function FlipThrough({ turn: { pictures, prompt }, chosenId, onClose }: FlipThroughProps) {
  const t = useTranslations();
  const { goOnFrom } = useActions();
  const [at, setAt] = useState(() =>
    Math.max(
      0,
      pictures.findIndex(({ id }) => id === chosenId),
    ),
  );
  const [running, setRunning] = useState(() => !matchMedia('(prefers-reduced-motion: reduce)').matches);
  const shown = pictures[at % pictures.length]!;
  const version = `v${shown.version}`;

  useEffect(() => {
    if (!running) return;
    const timer = setInterval(() => setAt((before) => (before + 1) % pictures.length), EACH_MS);
    return () => clearInterval(timer);
  }, [running, pictures.length]);

  function step(by: number) {
    setRunning(false);
    setAt((at + by + pictures.length) % pictures.length);
  }

  function press({ key }: KeyboardEvent) {
    if (key === 'ArrowLeft') step(-1);
    if (key === 'ArrowRight') step(1);
  }

  return (
    <section aria-label={t('turn.flip')} onKeyDown={press} className="flex flex-col gap-2">
      <Frame widthPx={shown.widthPx} heightPx={shown.heightPx} selected={shown.id === chosenId}>
        <button
          type="button"
          aria-label={t('turn.choose', { version })}
          aria-pressed={shown.id === chosenId}
          onClick={() => {
            setRunning(false);
            goOnFrom(shown);
          }}
          className="absolute inset-0 outline-offset-[-3px]"
        >
          {pictures.map(({ id, hash }) => (
            // biome-ignore lint/performance/noImgElement: blobs are served as they are, with immutable caching.
            <img
              key={id}
              src={`/images/${hash}`}
              alt=""
              className={`absolute inset-0 size-full object-cover ${id === shown.id ? '' : 'invisible'}`}
            />
          ))}
          <span className="sr-only">
            {prompt}, {version}
          </span>
        </button>
      </Frame>
      <div className="flex items-center gap-1">
        <IconButton label={t('turn.previous')} onClick={() => step(-1)}>
          <ChevronLeft aria-hidden="true" />
        </IconButton>
        <IconButton
          label={running ? t('compare.hold') : t('compare.run')}
          onClick={() => setRunning(!running)}
        >
          {running ? <Pause aria-hidden="true" /> : <Play aria-hidden="true" />}
        </IconButton>
        <IconButton label={t('turn.next')} onClick={() => step(1)}>
          <ChevronRight aria-hidden="true" />
        </IconButton>
        <span className="px-1 font-mono text-accent text-sm">{version}</span>
        <span className="text-soft text-xs tabular-nums">
          {t('progress.nOf', { done: (at % pictures.length) + 1, total: pictures.length })}
        </span>
        <PlainButton className="ml-auto" onClick={onClose}>
          {t('turn.flipEnd')}
        </PlainButton>
      </div>
    </section>
  );
}
