/** A column that came away from its edge: the same content as a dialog on narrow screens. */
import { Dialog } from 'radix-ui';
import type { ReactNode } from 'react';
import { useBack } from '../use-back.ts';
import { DialogClose } from './dialog-close.tsx';

interface DrawerProps {
  side: 'left' | 'right';
  title: string;
  open: boolean;
  onClose: () => void;
  children: ReactNode;
}

const PLACE = {
  left: 'left-0 border-r animate-slide-left',
  right: 'right-0 border-l animate-slide-right',
};

export function Drawer({ side, title, open, onClose, children }: DrawerProps) {
  useBack(open, onClose);
  return (
    <Dialog.Root open={open} onOpenChange={(next) => !next && onClose()}>
      <Dialog.Portal>
        <Dialog.Overlay className="fixed inset-0 z-veil animate-appear bg-black/35" />
        <Dialog.Content
          aria-describedby={undefined}
          className={`fixed inset-y-0 z-cover w-[min(20rem,88vw)] overflow-y-auto border-line bg-panel shadow-float ${PLACE[side]}`}
        >
          <Dialog.Title className="sr-only">{title}</Dialog.Title>
          {children}
          <DialogClose className="absolute top-3 right-2" />
        </Dialog.Content>
      </Dialog.Portal>
    </Dialog.Root>
  );
}
