/** Short news over the page, some with a way back. A small external store; knows no component. */
import { useSyncExternalStore } from 'react';

export interface ToastNews {
  id: number;
  text: string;
  action?: { label: string; run: () => void };
  topic?: string;
}

let shown: readonly ToastNews[] = [];
let nextId = 1;
const listeners = new Set<() => void>();
const NONE: readonly ToastNews[] = [];

function set(news: readonly ToastNews[]): void {
  shown = news;
  for (const listener of listeners) listener();
}

/** A toast takes the place of an earlier one of the same topic. */
export function showToast(text: string, action?: ToastNews['action'], topic?: string): void {
  const others = shown.filter((news) => topic === undefined || news.topic !== topic);
  set([...others.slice(-2), { id: nextId++, text, action, topic }]);
}

export function hideToast(id: number): void {
  set(shown.filter((news) => news.id !== id));
}

function subscribe(listener: () => void): () => void {
  listeners.add(listener);
  return () => listeners.delete(listener);
}

export function useToasts(): readonly ToastNews[] {
  return useSyncExternalStore(
    subscribe,
    () => shown,
    () => NONE,
  );
}
