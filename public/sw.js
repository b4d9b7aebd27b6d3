/**
 * Keeps what was seen, so that the page opens without a network to the history that was read before; nothing can be sent then. With a
 * network everything comes from the server, and only then is it kept. Scripts and pictures never change under their names, so those
 * come from what is kept.
 */

const VERSION = 'v1';
/** Most answers that are kept of each kind; the oldest go first. */
const MOST = { pages: 100, scripts: 400, pictures: 1500, answers: 400 };
const nameOf = (kind) => `palimpsest-${VERSION}-${kind}`;

self.addEventListener('install', () => self.skipWaiting());

self.addEventListener('activate', (event) => {
  const kept = Object.keys(MOST).map(nameOf);
  const dropOthers = caches
    .keys()
    .then((names) =>
      Promise.all(
        names
          .filter((name) => name.startsWith('palimpsest-') && !kept.includes(name))
          .map((name) => caches.delete(name)),
      ),
    );
  event.waitUntil(dropOthers.then(() => self.clients.claim()));
});

/** What a page had loaded before this worker took over is loaded once more and kept. */
self.addEventListener('message', (event) => {
  const { keep = [] } = event.data ?? {};
  const load = async (address) => {
    const request = new Request(address);
    const kind = kindOf(request, new URL(address));
    if (!kind) return;
    const response = await fetch(request).catch(() => undefined);
    if (response?.ok) await keepAnswer(kind, request, response);
  };
  event.waitUntil(Promise.all(keep.map(load)));
});

self.addEventListener('fetch', (event) => {
  const { request } = event;
  const url = new URL(request.url);
  if (request.method !== 'GET' || url.origin !== self.location.origin) return;
  const kind = kindOf(request, url);
  if (kind === 'scripts' || kind === 'pictures') event.respondWith(keptFirst(kind, request));
  else if (kind) event.respondWith(networkFirst(kind, request));
});

/** Which kind of thing an address is; undefined for what is never kept, such as health, events, downloads and the queue. */
function kindOf(request, { pathname, searchParams }) {
  if (searchParams.has('download')) return undefined;
  if (
    pathname.startsWith('/_next/static/') ||
    pathname.startsWith('/icons/') ||
    pathname.startsWith('/samples/')
  )
    return 'scripts';
  if (pathname.startsWith('/images/') || pathname.startsWith('/pictures/')) return 'pictures';
  if (/^\/api\/(sessions|pictures|tags|model)$/.test(pathname)) return 'answers';
  if (/^\/api\/sessions\/[^/]+$/.test(pathname)) return 'answers';
  if (pathname.startsWith('/api/') || pathname.startsWith('/v1/')) return undefined;
  return request.mode === 'navigate' || pathname === '/' || pathname.startsWith('/s/') ? 'pages' : undefined;
}

async function keptFirst(kind, request) {
  const kept = await caches.match(request, { cacheName: nameOf(kind) });
  if (kept) return kept;
  const response = await fetch(request);
  if (response.ok) await keepAnswer(kind, request, response.clone());
  return response;
}

async function networkFirst(kind, request) {
  try {
    const response = await fetch(request);
    if (response.ok) await keepAnswer(kind, request, response.clone());
    return response;
  } catch (error) {
    const kept = await caches.match(request, { cacheName: nameOf(kind), ignoreVary: true });
    if (kept) return kept;
    // Every page is the same one; the address tells it what to show.
    const start =
      kind === 'pages' && (await caches.match('/', { cacheName: nameOf(kind), ignoreVary: true }));
    if (start) return start;
    throw error;
  }
}

async function keepAnswer(kind, request, response) {
  try {
    const cache = await caches.open(nameOf(kind));
    await cache.put(request, response);
    const requests = await cache.keys();
    await Promise.all(
      requests.slice(0, Math.max(0, requests.length - MOST[kind])).map((old) => cache.delete(old)),
    );
  } catch {
    // A full disk: the answer is shown all the same.
  }
}
