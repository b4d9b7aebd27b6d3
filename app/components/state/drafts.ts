/**
 * What stands in the composer, one draft per session, kept in localStorage so that a reload loses nothing.
 * A small external store for `useSyncExternalStore`; knows neither server nor sending.
 */
import { useSyncExternalStore } from 'react';
import type { InputRole } from '../../protocol.ts';

export interface DraftReference {
  imageId: string;
  role: Exclude<InputRole, 'target'>;
}

export interface Draft {
  text: string;
  /** `null`: edit the head when there is one, else a new picture. The composer always shows which. */
  mode: 'new' | 'edit' | null;
  /** Picture to edit; `null` means the head of the session. */
  targetId: string | null;
  references: DraftReference[];
  options: DraftOptions;
}

/** `undefined` leaves the choice to the server. */
export interface DraftOptions {
  widthPx?: number;
  heightPx?: number;
  steps?: number;
  guidanceScale?: number;
  count?: number;
  seed?: number;
}

export const EMPTY_DRAFT: Draft = { text: '', mode: null, targetId: null, references: [], options: {} };

const cache = new Map<string, Draft>();
const listeners = new Set<() => void>();

function storageKey(sessionId: string | null): string {
  return `draft:${sessionId ?? 'new'}`;
}

export function readDraft(sessionId: string | null): Draft {
  const key = storageKey(sessionId);
  const known = cache.get(key);
  if (known) return known;
  const draft = { ...EMPTY_DRAFT, ...parsed(localStorage.getItem(key)) };
  cache.set(key, draft);
  return draft;
}

/** A draft written by an older version, or by hand, must never keep the page from opening. */
function parsed(text: string | null): Partial<Draft> {
  try {
    return JSON.parse(text ?? '{}') as Partial<Draft>;
  } catch {
    return {};
  }
}

export function writeDraft(sessionId: string | null, change: Partial<Draft>): void {
  const key = storageKey(sessionId);
  const draft = { ...readDraft(sessionId), ...change };
  cache.set(key, draft);
  try {
    localStorage.setItem(key, JSON.stringify(draft));
  } catch {
    // Full or forbidden storage: the draft still lives in memory.
  }
  for (const listener of listeners) listener();
}

/** What is sent is gone from the box; size, steps and count stay as they were set. */
export function clearDraft(sessionId: string | null): void {
  writeDraft(sessionId, { text: '', mode: null, targetId: null, references: [] });
}

function subscribe(listener: () => void): () => void {
  listeners.add(listener);
  return () => listeners.delete(listener);
}

export function useDraft(sessionId: string | null): Draft {
  return useSyncExternalStore(
    subscribe,
    () => readDraft(sessionId),
    () => EMPTY_DRAFT,
  );
}
