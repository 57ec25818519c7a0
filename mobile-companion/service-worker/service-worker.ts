/**
 * Opens the phone app when the hub cannot be reached.
 *
 * 1. install: every file of this version is fetched into a cache of its own, or none is.
 * 2. wait: the version before goes on, with its own files, for as long as a page uses it.
 * 3. activate: the caches of other versions go.
 * 4. fetch: the app's own files come from the cache; everything else is the browser's business.
 *
 * The page, too, comes from the cache first, also while the hub is there. Page and script must be
 * of one version, and a page that first waits for the network opens late in exactly the places
 * where the Wi-Fi is bad. What is new comes by step 1, whole.
 */
import {
  cacheOf,
  cachesOfOthers,
  keptFileFor,
  type AskToTakeOver,
  type KeptFiles,
  type NotAlone,
} from './kept-files.ts';

declare const self: ServiceWorkerGlobalScope;
/** The build writes the list in its place. */
declare const __FYNLO_KEPT_FILES__: KeptFiles;

const kept = __FYNLO_KEPT_FILES__;
const { scope } = self.registration;

self.addEventListener('install', (event) => event.waitUntil(keepEveryFile()));
self.addEventListener('activate', (event) => event.waitUntil(letOthersGo()));
self.addEventListener('fetch', (event) => {
  const file = keptFileFor(event.request, kept, scope);
  if (file !== null) event.respondWith(answer(file, event.request));
});
self.addEventListener('message', (event) => {
  const asked = event.data as AskToTakeOver;
  if (asked === 'take-over') event.waitUntil(self.skipWaiting());
  if (asked === 'take-over-if-alone') event.waitUntil(takeOverIfAlone(event.source));
});

async function keepEveryFile(): Promise<void> {
  const cache = await caches.open(cacheOf(kept));
  // While the hub is being updated it may serve a file of another version. Its SHA-256 tells, and
  // the installation fails: the version before goes on, and the browser tries again.
  await cache.addAll(
    kept.files.map(([path, integrity]) => new Request(path, { integrity, cache: 'no-cache' })),
  );
}

async function letOthersGo(): Promise<void> {
  const others = cachesOfOthers(await caches.keys(), kept);
  await Promise.all(others.map((name) => caches.delete(name)));
  // Also the page that was there before anything was kept, so that it hears of a newer version.
  await self.clients.claim();
}

async function answer(file: string, request: Request): Promise<Response> {
  const cache = await caches.open(cacheOf(kept));
  return (await cache.match(file)) ?? fetch(request);
}

/** A page that opens asks so. Another one may be in the middle of an order, with older files. */
async function takeOverIfAlone(page: ExtendableMessageEvent['source']): Promise<void> {
  const windows = await self.clients.matchAll({ type: 'window', includeUncontrolled: true });
  if (windows.filter(({ url }) => url.startsWith(scope)).length <= 1) return self.skipWaiting();
  page?.postMessage('not-alone' satisfies NotAlone);
}
