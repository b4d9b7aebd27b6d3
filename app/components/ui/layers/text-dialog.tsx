/** A dialog with a text to change, such as a title or a prompt, and a button that goes on with it. */
import { useTranslations } from 'next-intl';
import { Dialog } from 'radix-ui';
import { type FormEvent, useId, useState } from 'react';
import { PlainButton, RED_BUTTON } from '../plain-button.tsx';
import { useBack } from '../use-back.ts';
import { SHEET, SHEET_VEIL } from './sheet.ts';

interface TextDialogProps {
  title: string;
  hint?: string;
  label: string;
  text: string;
  action: string;
  /** The text is one line, as a title is. */
  short?: boolean;
  /** Without a text it can be saved too. */
  mayBeEmpty?: boolean;
  onSave: (text: string) => void;
  onClose: () => void;
}

const LONGEST_LINE = 200;
const BOX = 'w-full rounded-lg border border-line bg-panel px-2.5 py-2 leading-relaxed';

export function TextDialog({
  title,
  hint,
  label,
  text: before,
  action,
  short,
  mayBeEmpty = false,
  onSave,
  onClose,
}: TextDialogProps) {
  const t = useTranslations();
  const id = useId();
  useBack(true, onClose);
  const [text, setText] = useState(before);
  const box = { id, value: text, dir: 'auto', className: BOX } as const;

  function save(event: FormEvent) {
    event.preventDefault();
    if (mayBeEmpty || text.trim() !== '') onSave(text.trim());
    onClose();
  }

  return (
    <Dialog.Root open onOpenChange={(open) => !open && onClose()}>
      <Dialog.Portal>
        <Dialog.Overlay className={SHEET_VEIL} />
        <Dialog.Content
          {...(hint ? {} : { 'aria-describedby': undefined })}
          className={`${SHEET} w-[min(30rem,calc(100vw-2rem))] p-5`}
        >
          <Dialog.Title className="font-semibold text-md">{title}</Dialog.Title>
          {hint && <Dialog.Description className="mt-1 text-sm text-soft">{hint}</Dialog.Description>}
          <form onSubmit={save} className="mt-3 flex flex-col gap-4">
            <div>
              <label htmlFor={id} className="mb-1 block text-xs text-soft">
                {label}
              </label>
              {short ? (
                <input
                  {...box}
                  maxLength={LONGEST_LINE}
                  onChange={(event) => setText(event.target.value)}
                  onFocus={(event) => event.target.select()}
                />
              ) : (
                <textarea {...box} rows={4} onChange={(event) => setText(event.target.value)} />
              )}
            </div>
            <div className="flex justify-end gap-2">
              <PlainButton className="h-9" onClick={onClose}>
                {t('history.cancel')}
              </PlainButton>
              <button type="submit" disabled={!mayBeEmpty && text.trim() === ''} className={RED_BUTTON}>
                {action}
              </button>
            </div>
          </form>
        </Dialog.Content>
      </Dialog.Portal>
    </Dialog.Root>
  );
}
