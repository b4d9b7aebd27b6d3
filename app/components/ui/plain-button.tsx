/** The button of the page: white paper, thin line. The red one is for the one thing to do next. */
import type { ComponentProps } from 'react';

export function PlainButton({ className = '', ...rest }: ComponentProps<'button'>) {
  return <button type="button" className={`${PLAIN_BUTTON} ${className}`} {...rest} />;
}

/** Classes of a plain button, also for links that act like one. */
export const PLAIN_BUTTON =
  'inline-flex h-8 items-center gap-1.5 rounded-lg border border-line pointer-coarse:min-h-11 pointer-coarse:min-w-11 pointer-coarse:justify-center bg-card px-2.5 text-sm transition-colors hover:border-edge hover:bg-wash disabled:opacity-50 aria-pressed:border-accent aria-pressed:text-accent [&>svg]:size-3.5 [&>svg]:text-soft';

export const RED_BUTTON =
  'inline-flex h-9 items-center gap-1.5 rounded-lg bg-accent px-4 font-medium text-on-accent text-sm transition-opacity hover:opacity-90 disabled:bg-wash disabled:text-soft disabled:opacity-100';
