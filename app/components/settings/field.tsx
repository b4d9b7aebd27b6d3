/** A line of a form: its name, what is written into it, and a hint. */
import { useId } from 'react';

interface FieldProps {
  label: string;
  hint?: string;
  value: string;
  required?: boolean;
  onChange: (value: string) => void;
}

export function Field({ label, hint, value, required = false, onChange }: FieldProps) {
  const id = useId();
  return (
    <div className="flex flex-col gap-1">
      <label htmlFor={id} className="text-xs text-soft">
        {label}
      </label>
      <input
        id={id}
        value={value}
        required={required}
        autoComplete="off"
        spellCheck={false}
        aria-describedby={hint ? `${id}hint` : undefined}
        onChange={(event) => onChange(event.target.value)}
        className="h-9 rounded-lg border border-line bg-panel px-2.5 font-mono text-sm"
      />
      {hint && (
        <p id={`${id}hint`} className="text-xs text-soft">
          {hint}
        </p>
      )}
    </div>
  );
}
