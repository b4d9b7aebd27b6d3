/**
 * Whose drafts, and what was seen, this browser keeps: when somebody else signs in, what the one before typed and did not send is
 * forgotten; what they saw is forgotten when they leave.
 */
const WHOSE = 'palimpsest.person';

export function rememberPerson(id: string): void {
  if (localStorage.getItem(WHOSE) !== id) {
    localStorage.clear();
    void forgetSeen();
  }
  localStorage.setItem(WHOSE, id);
}

/** Drops what the service worker keeps: pages, answers and pictures that open without a network. */
export async function forgetSeen(): Promise<void> {
  // Only secure addresses have it.
  if (!('caches' in window)) return;
  const names = await caches.keys();
  await Promise.all(
    names.filter((name) => name.startsWith('palimpsest-')).map((name) => caches.delete(name)),
  );
}

/** Where a page of ours sent whoever was not signed in; the start for anything else. */
export function nextAddress(search: string): string {
  const next = new URLSearchParams(search).get('next') ?? '/';
  return /^\/(?![/\\])/.test(next) ? next : '/';
}
