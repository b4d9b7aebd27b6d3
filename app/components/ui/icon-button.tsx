/** A square button with an icon; its label is what screen readers say, and its tooltip. */
import type { ComponentProps } from 'react';

interface IconButtonProps extends ComponentProps<'button'> {
  label: string;
}

/** A `size-` class in `className` takes the place of the usual size. */
export function IconButton({ label, className = '', ...rest }: IconButtonProps) {
  const side = /\bsize-\d/.test(className) ? '' : 'size-9';
  return (
    <button
      type="button"
      aria-label={label}
      title={label}
      className={`grid ${side} shrink-0 place-items-center rounded-lg text-soft transition-colors hover:bg-wash hover:text-ink disabled:opacity-50 [&>svg]:size-[18px] ${className}`}
      {...rest}
    />
  );
}
