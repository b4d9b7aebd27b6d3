'use client';
/**
 * A number that may be left open: empty shows what the model would take. A fitting number counts as it is typed, one
 * out of range is put right on leaving.
 */
import { useId, useState } from 'react';

interface NumberFieldProps {
  label: string;
  value: number | undefined;
  fallback?: number;
  placeholder?: string;
  min: number;
  max: number;
  step?: number;
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
  onChange,
}: NumberFieldProps) {
  const id = useId();
  const [typed, setTyped] = useState<string | null>(null);

  function type(text: string) {
    setTyped(text);
    const number = read(text);
    if (number === undefined || within(number) === number) onChange(number);
  }

  function settle() {
    const number = typed === null ? undefined : read(typed);
    if (number !== undefined) onChange(within(number));
    setTyped(null);
  }

  function within(number: number): number {
    const inRange = Math.min(max, Math.max(min, number));
    return step === 1 ? Math.round(inRange) : inRange;
  }

  return (
    <div className="min-w-0 flex-1">
      <label htmlFor={id} className="mb-1 block text-[12px] text-soft">
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
        onBlur={settle}
        onKeyDown={(event) => event.key === 'Enter' && settle()}
        className="h-9 w-full rounded-[9px] border border-line bg-panel px-2.5 font-mono text-[13px] [appearance:textfield] placeholder:font-sans placeholder:text-soft"
      />
    </div>
  );
}

function read(text: string): number | undefined {
  const number = Number.parseFloat(text);
  return Number.isNaN(number) ? undefined : number;
}
