/** How many pixels a rem is now: it follows the text size of the settings, of the browser, and the size of the screen. */
import { useSyncExternalStore } from 'react';

/** Told to the window once the text size of the settings has changed. */
export const TEXT_SIZE_EVENT = 'palimpsest:text-size';
const USUAL_PX = 16;

function subscribe(onChange: () => void): () => void {
  addEventListener('resize', onChange);
  addEventListener(TEXT_SIZE_EVENT, onChange);
  return () => {
    removeEventListener('resize', onChange);
    removeEventListener(TEXT_SIZE_EVENT, onChange);
  };
}

export function useRem(): number {
  return useSyncExternalStore(
    subscribe,
    () => Number.parseFloat(getComputedStyle(document.documentElement).fontSize) || USUAL_PX,
    () => USUAL_PX,
  );
}
