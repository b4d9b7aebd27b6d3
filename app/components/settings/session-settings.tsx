/** What a new session of this browser begins with: its model, the size of its pictures, and how many a message makes. */
import { useTranslations } from 'next-intl';
import { type ReactNode, useId } from 'react';
import { useEngines } from '../api/use-engines.ts';
import { sizeChoices, sizeText } from '../composer/sizes.ts';
import { setPreferences, usePreferences } from '../state/preferences.ts';
import { Choices } from './choices.tsx';

const COUNTS = ['1', '2', '3', '4'] as const;

export function SessionSettings() {
  const t = useTranslations();
  const { model, options } = usePreferences();
  const engines = useEngines()?.engines ?? [];
  const engine = engines.find(({ name }) => name === model) ?? engines.find(({ isDefault }) => isDefault);
  const sizes = engine?.model ? sizeChoices(engine.model) : [];
  const chosen = options.widthPx === undefined ? '' : `${options.widthPx} ${options.heightPx}`;

  function setSize(value: string) {
    const [widthPx, heightPx] = value === '' ? [] : value.split(' ').map(Number);
    setPreferences({ options: { ...options, widthPx, heightPx } });
  }

  return (
    <>
      <Select
        label={t('settings.model')}
        value={model ?? ''}
        onChange={(name) => setPreferences({ model: name || null })}
      >
        <option value="">{t('settings.modelDefault')}</option>
        {engines.map(({ name }) => (
          <option key={name} value={name}>
            {name}
          </option>
        ))}
      </Select>
      <Select label={t('options.size')} value={chosen} onChange={setSize}>
        <option value="">{t('settings.sizeDefault')}</option>
        {sizes.map((size) => (
          <option key={size.ratio} value={`${size.widthPx} ${size.heightPx}`}>
            {`${size.ratio}, ${sizeText(size)}`}
          </option>
        ))}
      </Select>
      <Choices
        label={t('settings.count')}
        value={String(options.count ?? 1) as (typeof COUNTS)[number]}
        choices={COUNTS.map((value) => ({ value, name: value }))}
        onChange={(value) =>
          setPreferences({ options: { ...options, count: value === '1' ? undefined : Number(value) } })
        }
      />
    </>
  );
}

interface SelectProps {
  label: string;
  value: string;
  onChange: (value: string) => void;
  children: ReactNode;
}

function Select({ label, value, onChange, children }: SelectProps) {
  const id = useId();
  return (
    <div className="flex flex-col gap-1.5">
      <label htmlFor={id} className="text-sm">
        {label}
      </label>
      <select
        id={id}
        value={value}
        onChange={(event) => onChange(event.target.value)}
        className="h-9 w-full max-w-72 rounded-lg border border-line bg-card px-2.5 text-sm"
      >
        {children}
      </select>
    </div>
  );
}
