/** A field with its name above it, and a form that says what went wrong. */
import { useTranslations } from 'next-intl';
import { type ComponentProps, type FormEvent, type ReactNode, useId, useState } from 'react';
import { MIN_PASSWORD } from '../../../studio/people/people.ts';
import { errorText } from '../actions/error-text.ts';
import { ApiError } from '../api/request.ts';
import { RED_BUTTON } from '../ui/plain-button.tsx';

interface FieldProps extends Omit<ComponentProps<'input'>, 'onChange'> {
  label: string;
  hint?: string;
}

export function Field({ label, hint, ...rest }: FieldProps) {
  const id = useId();
  return (
    <div className="flex min-w-0 flex-1 flex-col gap-1">
      <label htmlFor={id} className="text-sm text-soft">
        {label}
      </label>
      <input
        id={id}
        aria-describedby={hint ? `${id}hint` : undefined}
        className="h-10 w-full min-w-0 rounded-lg border border-line bg-panel px-3 text-base"
        {...rest}
      />
      {hint && (
        <p id={`${id}hint`} className="text-xs text-soft">
          {hint}
        </p>
      )}
    </div>
  );
}

/** A password that is being chosen; `name` is that of its value in the form. */
export function NewPassword({ label, name }: { label: string; name: string }) {
  const t = useTranslations('people');
  return (
    <Field
      label={label}
      hint={t('passwordHint', { least: MIN_PASSWORD })}
      name={name}
      type="password"
      autoComplete="new-password"
      minLength={MIN_PASSWORD}
      maxLength={128}
      required
    />
  );
}

interface FormProps {
  label: string;
  send: string;
  /** Gets what the fields hold, by name. */
  onSend: (values: Record<string, string>, form: HTMLFormElement) => Promise<void>;
  children: ReactNode;
}

export function Form({ label, send, onSend, children }: FormProps) {
  const t = useTranslations();
  const [problem, setProblem] = useState<string | null>(null);
  const [busy, setBusy] = useState(false);

  async function submit(event: FormEvent<HTMLFormElement>) {
    event.preventDefault();
    const form = event.currentTarget;
    setBusy(true);
    setProblem(null);
    try {
      const values = [...new FormData(form)].map(([name, value]) => [name, String(value)]);
      await onSend(Object.fromEntries(values), form);
    } catch (error) {
      if (!(error instanceof ApiError)) throw error;
      setProblem(errorText(t, error));
    } finally {
      setBusy(false);
    }
  }

  return (
    <form aria-label={label} onSubmit={submit} className="flex flex-col gap-4">
      {children}
      {problem && (
        <p role="alert" className="wrap-anywhere text-accent text-sm">
          {problem}
        </p>
      )}
      <button type="submit" disabled={busy} className={`${RED_BUTTON} justify-center self-start`}>
        {send}
      </button>
    </form>
  );
}
