/** A map of where two pictures differ, and figures of how much. The second is drawn at the size of the first. */
import { useTranslations } from 'next-intl';
import { useEffect, useRef, useState } from 'react';
import type { Compared } from '../state/compared.ts';
import { percent } from '../ui/figures/percent.ts';
import { type Difference, difference } from './difference.ts';

export function HeatMap({ one, other }: { one: Compared; other: Compared }) {
  const t = useTranslations();
  const canvas = useRef<HTMLCanvasElement>(null);
  const [figures, setFigures] = useState<Difference | null>(null);

  useEffect(() => {
    let current = true;
    const { widthPx, heightPx } = one;
    Promise.all([pixelsOf(one.hash, widthPx, heightPx), pixelsOf(other.hash, widthPx, heightPx)]).then(
      ([first, second]) => {
        const context = canvas.current?.getContext('2d');
        if (!current || !context) return;
        const map = context.createImageData(widthPx, heightPx);
        setFigures(difference(first, second, map.data));
        context.putImageData(map, 0, 0);
      },
    );
    return () => {
      current = false;
    };
  }, [one, other]);

  const share = figures ? percent(figures.changedShare, 1) : '';
  return (
    <figure className="grid size-full min-h-0 grid-rows-[minmax(0,1fr)_auto] justify-items-center gap-2">
      <canvas
        ref={canvas}
        width={one.widthPx}
        height={one.heightPx}
        role="img"
        aria-label={t('compare.heatAlt', { one: one.label, other: other.label, share })}
        className="h-full min-h-0 max-w-full rounded-2xl object-contain"
      />
      <figcaption className="text-sm text-soft tabular-nums">
        {figures &&
          (figures.psnrDb === null
            ? t('compare.equal')
            : t('compare.figures', { share, psnr: figures.psnrDb.toFixed(1) }))}
      </figcaption>
    </figure>
  );
}

async function pixelsOf(hash: string, widthPx: number, heightPx: number) {
  const picture = new Image();
  picture.src = `/images/${hash}`;
  await picture.decode();
  const canvas = document.createElement('canvas');
  canvas.width = widthPx;
  canvas.height = heightPx;
  const context = canvas.getContext('2d', { willReadFrequently: true })!;
  context.drawImage(picture, 0, 0, widthPx, heightPx);
  return context.getImageData(0, 0, widthPx, heightPx).data as Uint8ClampedArray<ArrayBuffer>;
}
