/** The button that says how the next picture is made: size, seed and count. Its sheet changes them. */
import { SlidersHorizontal } from 'lucide-react';
import { useTranslations } from 'next-intl';
import type { ModelInfo } from '../../../engine/index.ts';
import { lazyLayer } from '../ui/layers/lazy-layer.ts';
import { OpensLayer } from '../ui/layers/opens-layer.tsx';
import type { OptionsSheetProps } from './options-sheet.tsx';
import { sizeOf, sizeText } from './sizes.ts';

const OptionsSheet = lazyLayer(() => import('./options-sheet.tsx').then((module) => module.OptionsSheet));

type OptionsButtonProps = Omit<OptionsSheetProps, 'button' | 'model'> & { model: ModelInfo | null };

export function OptionsButton({ model, ...rest }: OptionsButtonProps) {
  const t = useTranslations();
  const { options, target } = rest;
  if (!model) return null;
  const seed =
    options.seed === undefined ? t('options.seedFresh') : t('options.seedShort', { seed: options.seed });
  const size = sizeText(sizeOf(options, model, target));
  const several =
    options.count !== undefined && options.count > 1 ? t('options.several', { count: options.count }) : null;
  return (
    <OpensLayer
      opens="dialog"
      button={{
        'aria-label': `${t('options.options')}: ${[several, size, seed].filter(Boolean).join(', ')}`,
        className:
          'inline-flex h-9 min-w-0 items-center gap-2 rounded-lg px-2.5 text-sm text-soft transition-colors hover:bg-wash hover:text-ink',
        children: (
          <>
            <SlidersHorizontal className="size-4 shrink-0" aria-hidden="true" />
            <span className="truncate tabular-nums">
              {several && <span className="font-medium text-accent">{several} · </span>}
              {size}
              <span className="max-sm:hidden"> · {seed}</span>
            </span>
          </>
        ),
      }}
      layer={(button) => <OptionsSheet button={button} model={model} {...rest} />}
    />
  );
}
