/** A control that cannot be used now, and says why: to a pointer, to a screen reader, and to whoever taps it. */
import type { ReactNode } from 'react';
import { IconButton } from './icon-button.tsx';
import { showToast } from './toast-store.ts';

/** Toasts of the same topic take each other's place. */
const TOPIC = 'greyed';

interface GreyedIconButtonProps {
  label: string;
  /** Null: it can be used. */
  reason: string | null;
  onClick: () => void;
  className?: string;
  children: ReactNode;
}

export function GreyedIconButton({ label, reason, onClick, className, children }: GreyedIconButtonProps) {
  if (reason === null)
    return (
      <IconButton label={label} onClick={onClick} className={className}>
        {children}
      </IconButton>
    );
  return (
    <IconButton
      label={`${label}: ${reason}`}
      aria-disabled="true"
      onClick={() => showToast(reason, undefined, TOPIC)}
      className={`${className ?? ''} opacity-50`}
    >
      {children}
    </IconButton>
  );
}
