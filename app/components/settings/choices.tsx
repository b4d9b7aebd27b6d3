/** One of a few: radio buttons in a row, with the name of what is chosen over them. */
import { useId } from 'react';

interface ChoicesProps<Value extends string> {
  label: string;
  hint?: string;
  value: Value;
  choices: readonly { value: Value; name: string }[];
  onChange: (value: Value) => void;
}

export function Choices<Value extends string>({
  label,
  hint,
  value,
  choices,
  onChange,
}: ChoicesProps<Value>) {
  const id = useId();
  return (
    <fieldset aria-describedby={hint ? `${id}hint` : undefined} className="flex flex-col gap-1.5">
      <legend className="mb-1.5 text-sm">{label}</legend>
      <div className="flex flex-wrap gap-1.5">
        {choices.map((each) => (
          <label
            key={each.value}
            className="flex h-9 cursor-pointer items-center rounded-lg border border-line bg-card px-3 text-sm transition-colors hover:bg-wash has-checked:border-accent has-checked:text-accent has-focus-visible:outline-2 has-focus-visible:outline-accent pointer-coarse:min-h-11"
          >
            <input
              type="radio"
              name={id}
              className="sr-only"
              checked={each.value === value}
              onChange={() => onChange(each.value)}
            />
            {each.name}
          </label>
        ))}
      </div>
      {hint && (
        <p id={`${id}hint`} className="text-soft text-xs">
          {hint}
        </p>
      )}
    </fieldset>
  );
}
