import type { MouseEvent } from 'react';

/** True for a click that a link of the page handles itself; one with a modifier key opens or saves, as the browser does it. */
export function isPlainClick({ metaKey, ctrlKey, shiftKey, altKey }: MouseEvent): boolean {
  return !metaKey && !ctrlKey && !shiftKey && !altKey;
}
