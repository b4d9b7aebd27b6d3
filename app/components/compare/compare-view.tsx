/** Any two pictures beside, over, after and against each other. */
import { useTranslations } from 'next-intl';
import { ToggleGroup } from 'radix-ui';
import { useEffect, useRef, useState } from 'react';
import { ReactCompareSlider } from 'react-compare-slider';
import { useShortcuts } from '../keyboard/use-shortcuts.ts';
import { Thumbnail } from '../picture/thumbnail.tsx';
import type { Compared } from '../state/compared.ts';
import { PlainButton } from '../ui/plain-button.tsx';
import { useBack } from '../ui/use-back.ts';
import { ComparedPicture } from './compared-picture.tsx';
import { Flicker } from './flicker.tsx';
import { HeatMap } from './heat-map.tsx';

const WAYS = ['slider', 'side', 'flicker', 'difference'] as const;
type Way = (typeof WAYS)[number];

interface CompareViewProps {
  two: readonly [Compared, Compared];
  /** Pictures that either of the two can be exchanged for, oldest first. */
  others: readonly Compared[];
  onChange: (two: readonly [Compared, Compared]) => void;
  onClose: () => void;
}

export default function CompareView({ two, others, onChange, onClose }: CompareViewProps) {
  const t = useTranslations();
  const [way, setWay] = useState<Way>('slider');
  /** Which of the two the next click below exchanges. */
  const [exchanged, setExchanged] = useState<0 | 1>(1);
  const [one, other] = two;
  const section = useRef<HTMLElement>(null);
  useBack(true, onClose);

  // The button that opened the comparison is gone: keys go on from here.
  useEffect(() => section.current?.focus(), []);
  useShortcuts([{ id: 'close', name: t('shell.close'), keys: 'Escape', run: onClose }]);

  function exchange(picture: Compared) {
    if (picture.id === one.id || picture.id === other.id) return;
    onChange(exchanged === 0 ? [picture, other] : [one, picture]);
    setExchanged(exchanged === 0 ? 1 : 0);
  }

  return (
    <section
      ref={section}
      tabIndex={-1}
      aria-label={t('shell.compare')}
      className="grid outline-none min-h-0 grid-rows-[auto_minmax(0,1fr)_auto] gap-4 p-4 sm:px-8"
    >
      <div className="flex flex-wrap items-center justify-between gap-2">
        <ToggleGroup.Root
          type="single"
          value={way}
          onValueChange={(next) => next && setWay(next as Way)}
          aria-label={t('compare.way')}
          className="flex rounded-lg border border-line bg-card p-0.5"
        >
          {WAYS.map((each) => (
            <ToggleGroup.Item
              key={each}
              value={each}
              className="h-8 rounded-lg px-3 text-sm text-soft transition-colors hover:text-ink data-[state=on]:bg-wash data-[state=on]:font-semibold data-[state=on]:text-ink"
            >
              {t(`compare.ways.${each}`)}
            </ToggleGroup.Item>
          ))}
        </ToggleGroup.Root>
        <p className="flex gap-2 font-mono text-xs text-soft">
          <span>{one.label}</span>
          <span aria-hidden="true">↔</span>
          <span>{other.label}</span>
        </p>
        <PlainButton className="h-9" onClick={onClose}>
          {t('shell.close')}
        </PlainButton>
      </div>
      <div className="grid min-h-0 place-items-center [container-type:size] *:max-h-full *:min-h-0">
        {way === 'slider' && <Slider one={one} other={other} />}
        {way === 'side' && (
          <div className="grid size-full grid-cols-1 gap-3 max-sm:grid-rows-2 sm:grid-cols-2">
            <ComparedPicture picture={one} />
            <ComparedPicture picture={other} />
          </div>
        )}
        {way === 'flicker' && <Flicker one={one} other={other} />}
        {way === 'difference' && <HeatMap one={one} other={other} />}
      </div>
      <ul aria-label={t('compare.others')} className="flex justify-center gap-2 overflow-x-auto p-1">
        {others.map((picture) => (
          <li key={picture.id} className="shrink-0">
            <button
              type="button"
              aria-label={picture.label}
              aria-pressed={picture.id === one.id || picture.id === other.id}
              onClick={() => exchange(picture)}
              className="block rounded-lg border-2 border-line transition-colors hover:border-edge aria-pressed:border-accent"
            >
              <Thumbnail hash={picture.hash} className="size-12 rounded-md" />
            </button>
          </li>
        ))}
      </ul>
    </section>
  );
}

function Slider({ one, other }: { one: Compared; other: Compared }) {
  const ratio = one.widthPx / one.heightPx;
  return (
    <div
      // As large as the room allows with the shape of the picture, whichever of its sides is the limit.
      style={{ aspectRatio: ratio, width: `min(100cqw, ${ratio} * 100cqh)` }}
      className="relative overflow-hidden rounded-2xl shadow-lift"
    >
      <ReactCompareSlider
        itemOne={<ComparedPicture picture={one} />}
        itemTwo={<ComparedPicture picture={other} />}
        className="size-full"
      />
      <Label className="left-3">{one.label}</Label>
      <Label className="right-3">{other.label}</Label>
    </div>
  );
}

function Label({ className, children }: { className: string; children: string }) {
  return (
    <span
      className={`pointer-events-none absolute top-3 z-raised rounded-full bg-black/75 px-2.5 py-0.5 font-mono text-xs text-white ${className}`}
    >
      {children}
    </span>
  );
}
