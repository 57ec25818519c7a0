import { useSyncExternalStore } from 'react';
import type { RollBack } from '../connection/index.ts';
import { useProvided } from './client-provider.tsx';

/** What the hub refused of this device's changes, and how to wave one away. */
export function useRollBacks(): {
  readonly rollBacks: readonly RollBack[];
  readonly dismiss: (rolledBack: RollBack) => void;
} {
  const { rollBacks: list } = useProvided();
  const rollBacks = useSyncExternalStore(list.listen, list.read, list.read);
  return { rollBacks, dismiss: list.dismiss };
}
