/** The button that says which model draws the message; its menu changes that. Only where there are several. */
import { ChevronDown } from 'lucide-react';
import { useTranslations } from 'next-intl';
import { lazyLayer } from '../ui/layers/lazy-layer.ts';
import { OpensLayer } from '../ui/layers/opens-layer.tsx';
import type { ModelMenuProps } from './model-menu.tsx';
import { StandingDot } from './standing-dot.tsx';

const ModelMenu = lazyLayer(() => import('./model-menu.tsx').then((module) => module.ModelMenu));

export function ModelButton(props: Omit<ModelMenuProps, 'button' | 'chosen'>) {
  const t = useTranslations();
  const { engines, chosen, also } = props.choice;
  if (engines.length < 2 || !chosen) return null;
  const shown = also ? t('engines.both', { one: chosen.name, other: also.name }) : chosen.name;
  return (
    <OpensLayer
      opens="menu"
      button={{
        'aria-label': t('engines.menu', { name: shown }),
        title: t('engines.menu', { name: shown }),
        className:
          'inline-flex h-9 max-w-40 shrink items-center gap-1 rounded-lg px-2 text-sm text-soft transition-colors hover:bg-wash hover:text-ink max-sm:min-w-18 max-sm:shrink-0',
        children: (
          <>
            <StandingDot engine={chosen} />
            <span className="truncate">{shown}</span>
            <ChevronDown className="size-3.5 shrink-0" aria-hidden="true" />
          </>
        ),
      }}
      layer={(button) => <ModelMenu button={button} chosen={chosen} {...props} />}
    />
  );
}
