import { useCallback, useState, useSyncExternalStore } from 'react';
import type { ClientStatus } from '../connection/index.ts';
import { useClient } from './client-provider.tsx';
import { reuseList, Selection, type Reuse, type Select } from './selection.ts';

/**
 * What `select` finds in the view, drawn again only when that changed. A list may be made anew by
 * `select`; any other new object needs a `reuse` that tells whether it says the same.
 */
export function useView<T>(select: Select<T>, reuse: Reuse<T> = reuseList): T {
  const client = useClient();
  const [selection] = useState(() => new Selection<T>());
  return useChanges(() => selection.read(client, select, reuse));
}

/** Connection, waiting commands and problems, for the bar at the bottom. */
export function useStatus(): ClientStatus {
  const client = useClient();
  return useChanges(() => client.status());
}

/** Orders with changes of this device that the hub has not answered. */
export function usePendingOrders(): ReadonlySet<string> {
  const client = useClient();
  return useChanges(() => client.pendingOrders());
}

function useChanges<T>(read: () => T): T {
  const client = useClient();
  const listen = useCallback((changed: () => void) => client.onChange(changed), [client]);
  return useSyncExternalStore(listen, read, read);
}
