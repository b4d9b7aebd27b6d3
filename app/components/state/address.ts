'use client';
/** The place that the address names, a session, one of its turns or the gallery, and the way to another without a request for a page. */
import { usePathname } from 'next/navigation';
import { useSyncExternalStore } from 'react';

const SESSION_PATH = /^\/s\/([^/]+)$/;
export const GALLERY_PATH = '/gallery';
const TURN_HASH = /^#turn-([^/]+)(?:\/(.+))?$/;

export interface Place {
  sessionId: string | null;
  gallery: boolean;
}

export function usePlace(): Place {
  const path = usePathname();
  const match = SESSION_PATH.exec(path);
  return { sessionId: match ? decodeURIComponent(match[1]!) : null, gallery: path === GALLERY_PATH };
}

/** What the address names within a session, such as after a search or a click in the gallery. */
export interface PlaceInSession {
  turnId: string | null;
  /** One of the turn's pictures. */
  pictureId: string | null;
}

export function useTurnInAddress(): PlaceInSession {
  const hash = useSyncExternalStore(
    (tell) => {
      addEventListener('hashchange', tell);
      addEventListener('popstate', tell);
      return () => {
        removeEventListener('hashchange', tell);
        removeEventListener('popstate', tell);
      };
    },
    () => location.hash,
    () => '',
  );
  const [, turnId = null, pictureId = null] = TURN_HASH.exec(hash) ?? [];
  return { turnId, pictureId };
}

export function sessionHref(
  sessionId: string | null,
  turnId: string | null = null,
  pictureId: string | null = null,
): string {
  const path = sessionId === null ? '/' : `/s/${encodeURIComponent(sessionId)}`;
  return [path, turnId && `#turn-${turnId}`, pictureId && `/${pictureId}`].filter(Boolean).join('');
}

/** Next follows the history of the browser, so this is all a change of place needs. */
export function goTo(href: string): void {
  if (location.pathname + location.hash !== href) history.pushState(null, '', href);
  dispatchEvent(new HashChangeEvent('hashchange'));
}

export function goToSession(...place: Parameters<typeof sessionHref>): void {
  goTo(sessionHref(...place));
}

/** The address names the session only, so that a reload shows what is newest. */
export function leaveTurn(): void {
  if (location.hash === '') return;
  history.replaceState(null, '', location.pathname);
  dispatchEvent(new HashChangeEvent('hashchange'));
}

export function isAtSession(sessionId: string): boolean {
  return location.pathname === sessionHref(sessionId);
}
