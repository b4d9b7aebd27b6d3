/** All keys of the page on one sheet. */
import { useTranslations } from 'next-intl';
import { Dialog } from 'radix-ui';
import { KeyList } from '../keyboard/key-list.tsx';
import { DialogClose } from '../ui/layers/dialog-close.tsx';
import { SHEET, SHEET_VEIL } from '../ui/layers/sheet.ts';
import { useBack } from '../ui/use-back.ts';

export function HelpSheet({ onClose }: { onClose: () => void }) {
  const t = useTranslations();
  useBack(true, onClose);
  return (
    <Dialog.Root open onOpenChange={(open) => !open && onClose()}>
      <Dialog.Portal>
        <Dialog.Overlay className={SHEET_VEIL} />
        <Dialog.Content
          aria-describedby={undefined}
          className={`${SHEET} max-h-[90dvh] w-[min(30rem,calc(100vw-2rem))] overflow-y-auto p-5`}
        >
          <Dialog.Title className="mb-3 font-semibold text-md">{t('shell.shortcuts')}</Dialog.Title>
          <KeyList />
          <DialogClose className="absolute top-3 right-3" />
        </Dialog.Content>
      </Dialog.Portal>
    </Dialog.Root>
  );
}
