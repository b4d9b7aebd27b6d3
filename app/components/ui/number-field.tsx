/**
 * A number that may be left open: empty shows what the model would take. A fitting number counts as it is typed. What becomes
 * impossible, out of range or no number at all, is never taken, nor its first digits in its place: the field goes back to what
 * it was before the typing began, and says so.
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
  /** The value before the typing began. */
  const [kept, setKept] = useState(value);

  function type(text: string, isHalf: boolean) {
    const before = typed === null ? value : kept;
    if (typed === null) setKept(value);
    setTyped(text);
    const number = text.trim() === '' ? undefined : Number(text);
    const allowed = !isHalf && (number === undefined || isWithin(number, { min, max, step }));
    setRefused(!allowed);
    onChange(allowed ? number : before);
  }

  function settle() {
    setTyped(null);
    setKept(value);
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
        onChange={({ target }) => type(target.value, target.validity.badInput)}
        aria-invalid={(refused && typed !== null) || undefined}
        disabled={unable !== null && value === undefined}
        title={unable ?? undefined}
        aria-description={unable ?? undefined}
        aria-describedby={refused ? `${id}allowed` : undefined}
        onBlur={settle}
        onKeyDown={(event) => event.key === 'Enter' && settle()}
        className="h-9 w-full rounded-lg border border-line bg-panel px-2.5 font-mono text-sm [appearance:textfield] placeholder:font-sans placeholder:text-soft disabled:opacity-50 aria-invalid:border-accent"
      />
      {refused && (
        <p id={`${id}allowed`} role="alert" className="mt-1 text-xs text-accent">
          {t(step === 1 ? 'options.allowedWhole' : 'options.allowed', { min, max })}{' '}
          {kept === undefined ? t('options.staysOpen') : t('options.staysAt', { kept })}
        </p>
      )}
    </div>
  );
}

/** A number beyond what a double holds exactly reads as another one, which would be drawn with. */
function isWithin(number: number, { min, max, step }: { min: number; max: number; step: number }): boolean {
  return number >= min && number <= max && (step !== 1 || Number.isSafeInteger(number));
}
