/**
 * What this browser's reader set for the whole page, kept in localStorage; where that is forbidden, in memory. What the first HTML
 * depends on, language and text size, is in cookies instead. An external store for `useSyncExternalStore`.
 */
import { useSyncExternalStore } from 'react';
import type { TurnBody } from '../../../studio/protocol.ts';

export interface Preferences {
  /** What Enter does while writing; `null` leaves it to the device: it sends from a keyboard and breaks the line on a touch screen. */
  enter: 'sends' | 'breaks' | null;
  /** Tells through the system, while the page is out of sight, that a picture is done. */
  notify: boolean;
  /** A sound when a picture is done. */
  sound: boolean;
  /** The engine of new sessions; `null` is the server's default. */
  model: string | null;
  /** The options of new sessions. */
  options: Pick<NonNullable<TurnBody['options']>, 'widthPx' | 'heightPx' | 'count'>;
}

const USUAL: Preferences = { enter: null, notify: false, sound: false, model: null, options: {} };
const KEY = 'preferences';

let known: Preferences | null = null;
const listeners = new Set<() => void>();

export function readPreferences(): Preferences {
  known ??= stored();
  return known;
}

/** What an older version wrote, or a hand, must never keep the page from opening. */
function stored(): Preferences {
  try {
    return { ...USUAL, ...(JSON.parse(localStorage.getItem(KEY) ?? '{}') as Partial<Preferences>) };
  } catch {
    return USUAL;
  }
}

export function setPreferences(change: Partial<Preferences>): void {
  known = { ...readPreferences(), ...change };
  try {
    localStorage.setItem(KEY, JSON.stringify(known));
  } catch {
    // Full or forbidden storage: they still hold until the page is left.
  }
  for (const listener of listeners) listener();
}

/** What a draft begins with. */
export function draftDefaults(): { model: string | null; options: Preferences['options'] } {
  const { model, options } = readPreferences();
  return { model, options };
}

/** Another tab of the same browser may change them. */
function subscribe(listener: () => void): () => void {
  const other = ({ key }: StorageEvent) => {
    if (key !== KEY) return;
    known = null;
    listener();
  };
  listeners.add(listener);
  addEventListener('storage', other);
  return () => {
    listeners.delete(listener);
    removeEventListener('storage', other);
  };
}

export function usePreferences(): Preferences {
  return useSyncExternalStore(subscribe, readPreferences, () => USUAL);
}

/** Whether Enter sends what is written, on this device. */
export function enterSends({ enter }: Preferences): boolean {
  return enter === null ? !matchMedia('(pointer: coarse)').matches : enter === 'sends';
}
