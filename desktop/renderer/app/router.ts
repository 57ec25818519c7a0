import { useSyncExternalStore } from 'react';

const changed = new EventTarget();

/** The path of the screen at hand; `go` changes it without loading a page. */
export function usePath(): string {
  return useSyncExternalStore(subscribe, () => location.pathname);
}

export function go(path: string): void {
  history.pushState(null, '', path);
  changed.dispatchEvent(new Event('go'));
}

function subscribe(listener: () => void): () => void {
  changed.addEventListener('go', listener);
  addEventListener('popstate', listener);
  return () => {
    changed.removeEventListener('go', listener);
    removeEventListener('popstate', listener);
  };
}
