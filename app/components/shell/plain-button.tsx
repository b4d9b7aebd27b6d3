/** The button of the page: white paper, thin line. */
import type { ComponentProps } from 'react';

export function PlainButton({ className = '', ...rest }: ComponentProps<'button'>) {
  return <button type="button" className={`${PLAIN_BUTTON} ${className}`} {...rest} />;
}

/** Also worn by links that act like buttons. */
export const PLAIN_BUTTON =
  'inline-flex h-8 items-center gap-1.5 rounded-[9px] border border-line bg-card px-2.5 text-[13px] transition-colors hover:border-edge hover:bg-wash disabled:opacity-50 [&>svg]:size-3.5 [&>svg]:text-soft';
