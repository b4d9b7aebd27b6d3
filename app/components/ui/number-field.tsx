/**
 * A number that may be left open: empty shows what the model would take. A fitting number counts as it is typed; one out of
 * range is never taken, nor another in its place, and the field says what is allowed.
 */
import { useTranslations } from 'next-intl';
import { useId, useState } from 'react';

interface NumberFieldProps {
  label: string;
  value: number | undefined;
  fallback?: number;
  placeholder?: string;
  min: number;
  max: number;
  step?: number;
  /** Why the model takes no such number: a value that is set can only be taken away. */
  unable?: string | null;
  onChange: (value: number | undefined) => void;
}

export function NumberField({
  label,
  value,
  fallback,
  placeholder,
  min,
  max,
  step = 1,
  unable = null,
  onChange,
}: NumberFieldProps) {
  const t = useTranslations();
  const id = useId();
  const [typed, setTyped] = useState<string | null>(null);
  const [refused, setRefused] = useState(false);

  function type(text: string) {
    setTyped(text);
    const number = read(text, step);
    const allowed = number === undefined || (number >= min && number <= max);
    setRefused(!allowed);
    if (allowed) onChange(number);
  }

  return (
    <div className="min-w-0 flex-1">
      <label htmlFor={id} className="mb-1 block text-xs text-soft">
        {label}
      </label>
      <input
        id={id}
        type="number"
        inputMode="decimal"
        min={min}
        max={max}
        step={step}
        value={typed ?? value ?? ''}
        placeholder={placeholder ?? String(fallback)}
        onChange={(event) => type(event.target.value)}
        aria-invalid={refused || undefined}
        disabled={unable !== null && value === undefined}
        title={unable ?? undefined}
        aria-description={unable ?? undefined}
        aria-describedby={refused ? `${id}allowed` : undefined}
        onBlur={() => setTyped(null)}
        onKeyDown={(event) => event.key === 'Enter' && setTyped(null)}
        className="h-9 w-full rounded-lg border border-line bg-panel px-2.5 font-mono text-sm [appearance:textfield] placeholder:font-sans placeholder:text-soft disabled:opacity-50 aria-invalid:border-accent"
      />
      {refused && (
        <p id={`${id}allowed`} role="alert" className="mt-1 text-xs text-accent">
          {t('options.allowed', { min, max })}
        </p>
      )}
    </div>
  );
}

function read(text: string, step: number): number | undefined {
  const number = Number.parseFloat(text);
  if (Number.isNaN(number)) return undefined;
  return step === 1 ? Math.round(number) : number;
}
