'use client';
/** The session that the address names, and the way to another one without a request for a page. */
import { usePathname } from 'next/navigation';

const SESSION_PATH = /^\/s\/([^/]+)$/;

export function useSessionId(): string | null {
  const match = SESSION_PATH.exec(usePathname());
  return match ? decodeURIComponent(match[1]!) : null;
}

export function sessionHref(sessionId: string | null): string {
  return sessionId === null ? '/' : `/s/${encodeURIComponent(sessionId)}`;
}

/** Next follows the history of the browser, so this is all a change of session needs. */
export function goToSession(sessionId: string | null): void {
  const href = sessionHref(sessionId);
  if (location.pathname !== href) history.pushState(null, '', href);
}
