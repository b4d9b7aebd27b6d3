/** What an engine can do and what it cannot, in words. */
import { Check, Minus } from 'lucide-react';
import { useTranslations } from 'next-intl';
import type { ModelInfo } from '../../../engine/index.ts';

const SWITCHES = [
  'edits',
  'masks',
  'sameLayout',
  'seeds',
  'steps',
  'guidance',
  'previews',
  'resume',
] as const;

export function EngineAbilities({ can }: { can: ModelInfo['can'] }) {
  const t = useTranslations();
  const rows = SWITCHES.map((ability) => ({
    ability,
    isAble: can[ability],
    text: can[ability]
      ? t(`engines.can.${ability}`, { count: can.references })
      : t(`engines.cannot.${ability}`),
  }));
  return (
    <ul
      aria-label={t('engines.abilities')}
      className="grid grid-cols-1 gap-x-6 gap-y-1 text-sm sm:grid-cols-2"
    >
      {rows.map(({ ability, isAble, text }) => (
        <li key={ability} className={`flex gap-2 ${isAble ? '' : 'text-soft'}`}>
          {isAble ? (
            <Check className="mt-0.5 size-4 shrink-0 text-good" aria-hidden="true" />
          ) : (
            <Minus className="mt-0.5 size-4 shrink-0" aria-hidden="true" />
          )}
          {text}
        </li>
      ))}
      <li className="flex gap-2">
        <Check className="mt-0.5 size-4 shrink-0 text-good" aria-hidden="true" />
        {t(`engines.abort.${can.abort}`)}
      </li>
    </ul>
  );
}
