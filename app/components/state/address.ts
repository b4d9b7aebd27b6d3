/** What the address of the page names, and the way to another without a request for a page. */
import { usePathname } from 'next/navigation';
import { useEffect, useMemo, useSyncExternalStore } from 'react';

const SESSION_PATH = /^\/s\/([^/]+)$/;
const GALLERY_PATH = '/gallery';
const TURN_HASH = /^#turn-([^/]+)(?:\/(.+))?$/;

/** A turn, such as one that a search or a click in the gallery led to. */
export interface TurnAddress {
  turnId: string | null;
  /** One of the turn's pictures. */
  pictureId: string | null;
}

export interface Address extends TurnAddress {
  isGallery: boolean;
  /** Null for the gallery and for a session that does not exist yet. */
  sessionId: string | null;
}

/** Where the studio was last: a session, the gallery or the start. */
let lastPath = '/';

/** The way back to the studio, from a page beside it. */
export function useStudioHref(): string {
  return useSyncExternalStore(
    () => () => {},
    () => lastPath,
    () => '/',
  );
}

export function useAddress(): Address {
  const path = usePathname();
  useEffect(() => {
    lastPath = path;
  }, [path]);
  const hash = useSyncExternalStore(subscribe, readHash, () => '');
  return useMemo(() => {
    const session = SESSION_PATH.exec(path)?.[1];
    const [, turnId = null, pictureId = null] = TURN_HASH.exec(hash) ?? [];
    const sessionId = session === undefined ? null : decodeURIComponent(session);
    return { isGallery: path === GALLERY_PATH, sessionId, turnId, pictureId };
  }, [path, hash]);
}

function subscribe(onChange: () => void): () => void {
  addEventListener('hashchange', onChange);
  addEventListener('popstate', onChange);
  return () => {
    removeEventListener('hashchange', onChange);
    removeEventListener('popstate', onChange);
  };
}

function readHash(): string {
  return location.hash;
}

export function sessionHref(
  sessionId: string | null,
  turnId: string | null = null,
  pictureId: string | null = null,
): string {
  const path = sessionId === null ? '/' : `/s/${encodeURIComponent(sessionId)}`;
  return [path, turnId && `#turn-${turnId}`, pictureId && `/${pictureId}`].filter(Boolean).join('');
}

/** Next follows the history of the browser, so that pushing an entry is all that a change of place needs. */
function goTo(href: string): void {
  if (location.pathname + location.hash !== href) history.pushState(null, '', href);
  dispatchEvent(new HashChangeEvent('hashchange'));
}

export function goToSession(...place: Parameters<typeof sessionHref>): void {
  goTo(sessionHref(...place));
}

export function goToGallery(): void {
  goTo(GALLERY_PATH);
}

/** From here on the address names the session only, so that a reload shows its newest turn. */
export function leaveTurn(): void {
  if (location.hash === '') return;
  history.replaceState(null, '', location.pathname);
  dispatchEvent(new HashChangeEvent('hashchange'));
}

export function isAtSession(sessionId: string): boolean {
  return location.pathname === sessionHref(sessionId);
}
