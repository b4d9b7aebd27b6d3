/** What lies over the page: a drawer, a picture in full size, a rebase to be put right, the palette, the keys. */
import { useCallback, useState } from 'react';
import type { Rebase } from '../actions/use-studio-actions.ts';

export interface Overlays {
  drawer: 'sessions' | 'details' | null;
  viewedId: string | null;
  rebase: Rebase | null;
  palette: boolean;
  /** What the palette looks for when it opens. */
  sought: string;
  help: boolean;
}

export type ChangeOverlays = (change: Partial<Overlays>) => void;

const NONE: Overlays = {
  drawer: null,
  viewedId: null,
  rebase: null,
  palette: false,
  sought: '',
  help: false,
};

export function useOverlays(): [Overlays, ChangeOverlays] {
  const [overlays, setOverlays] = useState(NONE);
  const change = useCallback<ChangeOverlays>((next) => setOverlays((before) => ({ ...before, ...next })), []);
  return [overlays, change];
}
