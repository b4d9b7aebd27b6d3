/** All keys of the page on one sheet. */
import { useTranslations } from 'next-intl';
import { Dialog } from 'radix-ui';
import type { Command } from '../keyboard/command.ts';
import { Keys } from '../keyboard/keys.tsx';
import { DialogClose } from '../ui/dialog-close.tsx';
import { SHEET, SHEET_VEIL } from '../ui/sheet.ts';
import { useBack } from '../ui/use-back.ts';

const BOX_KEYS = [
  ['send', 'Enter'],
  ['newLine', 'Shift+Enter'],
  ['recall', 'ArrowUp'],
  ['mention', '@'],
  ['strokeUndo', 'Mod+Z'],
  ['strokeRedo', 'Mod+Shift+Z'],
  ['brushSmaller', '['],
  ['brushLarger', ']'],
] as const;

export function HelpSheet({ commands, onClose }: { commands: readonly Command[]; onClose: () => void }) {
  const t = useTranslations();
  useBack(true, onClose);
  const withKeys = commands.filter(({ keys }) => keys);
  return (
    <Dialog.Root open onOpenChange={(open) => !open && onClose()}>
      <Dialog.Portal>
        <Dialog.Overlay className={SHEET_VEIL} />
        <Dialog.Content
          aria-describedby={undefined}
          className={`${SHEET} w-[min(28rem,calc(100vw-2rem))] p-5`}
        >
          <Dialog.Title className="mb-3 font-semibold text-md">{t('shell.shortcuts')}</Dialog.Title>
          <dl className="flex flex-col">
            {withKeys.map(({ id, name, keys }) => (
              <Row key={id} name={name} keys={keys!} />
            ))}
            {BOX_KEYS.map(([name, keys]) => (
              <Row key={name} name={t(`palette.box.${name}`)} keys={keys} />
            ))}
          </dl>
          <DialogClose className="absolute top-3 right-3" />
        </Dialog.Content>
      </Dialog.Portal>
    </Dialog.Root>
  );
}

function Row({ name, keys }: { name: string; keys: string }) {
  return (
    <div className="flex items-center justify-between gap-4 border-line border-b py-2 last:border-0">
      <dt>{name}</dt>
      <dd>
        <Keys keys={keys} />
      </dd>
    </div>
  );
}
