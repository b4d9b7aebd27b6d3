/** Lets a service worker keep what is seen, so that the page opens without a network. Knows not how; that is `public/sw.js`. */
import { useEffect } from 'react';

/** Where browsers allow it, which is on secure addresses and on this machine. */
export function useKeptOffline(): void {
  useEffect(() => {
    if (process.env.NODE_ENV !== 'production' || !('serviceWorker' in navigator)) return;
    const keep = async () => {
      await navigator.serviceWorker.register('/sw.js');
      const { active } = await navigator.serviceWorker.ready;
      // What was loaded before the worker was there.
      const loaded = performance.getEntriesByType('resource').map(({ name }) => name);
      active?.postMessage({ keep: [location.href.split('#')[0], `${location.origin}/`, ...loaded] });
    };
    // Storage may be forbidden; the page works without.
    keep().catch(() => {});
  }, []);
}
