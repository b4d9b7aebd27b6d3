/** The sign that closes a dialog. */
import { X } from 'lucide-react';
import { useTranslations } from 'next-intl';
import { Dialog } from 'radix-ui';
import { IconButton } from '../icon-button.tsx';

export function DialogClose({ className }: { className?: string }) {
  const t = useTranslations();
  return (
    <Dialog.Close asChild>
      <IconButton label={t('shell.close')} className={className}>
        <X aria-hidden="true" />
      </IconButton>
    </Dialog.Close>
  );
}
