/** What a version of the app consists of; the build fills it in. */
export interface KeptFiles {
  /** Changes with every byte of any file, so each version has a cache of its own. */
  readonly version: string;
  /** Each file's path on the hub and the SHA-256 it must have, as `integrity` wants it. */
  readonly files: readonly (readonly [path: string, integrity: string])[];
}

/** What a page asks a version that waits. */
export type AskToTakeOver = 'take-over' | 'take-over-if-alone';
/** Its answer when it must not. When it may, the page sees its controller change. */
export type NotAlone = 'not-alone';

interface Asked {
  readonly method: string;
  readonly mode: string;
  readonly url: string;
}

/**
 * The kept file that answers a request; `null` for what is the hub's alone: its API, everything
 * that is not read, and files this version does not know.
 */
export function keptFileFor(
  { method, mode, url }: Asked,
  { files }: KeptFiles,
  scope: string,
): string | null {
  if (method !== 'GET' || !url.startsWith(scope)) return null;
  const { pathname } = new URL(url);
  if (files.some(([path]) => path === pathname)) return pathname;
  // Every address of the app is the same page; the app itself knows where in it one is.
  return mode === 'navigate' ? new URL(scope).pathname : null;
}

const cachePrefix = 'fynlo-phone-';

export function cacheOf({ version }: KeptFiles): string {
  return cachePrefix + version;
}

/** Caches of other versions of this app, and of nobody else: the origin is shared with the till. */
export function cachesOfOthers(names: readonly string[], kept: KeptFiles): string[] {
  return names.filter((name) => name.startsWith(cachePrefix) && name !== cacheOf(kept));
}
