/** A quiet square button with a drawn sign; its name is heard, and shown as a tooltip. */
import type { ComponentProps } from 'react';

interface IconButtonProps extends ComponentProps<'button'> {
  label: string;
}

export function IconButton({ label, className = '', ...rest }: IconButtonProps) {
  return (
    <button
      type="button"
      aria-label={label}
      title={label}
      className={`grid size-9 shrink-0 place-items-center rounded-[10px] text-soft transition-colors hover:bg-wash hover:text-ink disabled:opacity-50 [&>svg]:size-[18px] ${className}`}
      {...rest}
    />
  );
}
