'use client';
/** The place that the address names, a session, one of its turns or the gallery, and the way to another without a request for a page. */
import { usePathname } from 'next/navigation';
import { useSyncExternalStore } from 'react';

const SESSION_PATH = /^\/s\/([^/]+)$/;
export const GALLERY_PATH = '/gallery';
const TURN_HASH = '#turn-';

export interface Place {
  sessionId: string | null;
  gallery: boolean;
}

export function usePlace(): Place {
  const path = usePathname();
  const match = SESSION_PATH.exec(path);
  return { sessionId: match ? decodeURIComponent(match[1]!) : null, gallery: path === GALLERY_PATH };
}

/** The turn that the address names, such as after a search. */
export function useTurnInAddress(): string | null {
  return useSyncExternalStore(
    (tell) => {
      addEventListener('hashchange', tell);
      addEventListener('popstate', tell);
      return () => {
        removeEventListener('hashchange', tell);
        removeEventListener('popstate', tell);
      };
    },
    () => (location.hash.startsWith(TURN_HASH) ? location.hash.slice(TURN_HASH.length) : null),
    () => null,
  );
}

export function sessionHref(sessionId: string | null, nodeId: string | null = null): string {
  const path = sessionId === null ? '/' : `/s/${encodeURIComponent(sessionId)}`;
  return nodeId === null ? path : `${path}${TURN_HASH}${nodeId}`;
}

/** Next follows the history of the browser, so this is all a change of place needs. */
export function goTo(href: string): void {
  if (location.pathname + location.hash !== href) history.pushState(null, '', href);
  dispatchEvent(new HashChangeEvent('hashchange'));
}

export function goToSession(sessionId: string | null, nodeId: string | null = null): void {
  goTo(sessionHref(sessionId, nodeId));
}

export function isAtSession(sessionId: string): boolean {
  return location.pathname === sessionHref(sessionId);
}
