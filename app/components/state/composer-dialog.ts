/** Which dialog stands over the composer. A store of its own, because actions far from the composer open one, too. */
import { useSyncExternalStore } from 'react';

export type ComposerDialog = 'mask' | 'gallery';

let shown: ComposerDialog | null = null;
const listeners = new Set<() => void>();

export function openComposerDialog(dialog: ComposerDialog | null): void {
  shown = dialog;
  for (const listener of listeners) listener();
}

function subscribe(listener: () => void): () => void {
  listeners.add(listener);
  return () => listeners.delete(listener);
}

export function useComposerDialog(): ComposerDialog | null {
  return useSyncExternalStore(
    subscribe,
    () => shown,
    () => null,
  );
}
