import type { DeviceId } from '@fynlo/domain';
import type { Device } from '@fynlo/domain/device';
import type { Order } from '@fynlo/domain/order';
import type { RestaurantParts } from '@fynlo/domain/restaurant';
import type { TableState } from '@fynlo/domain/table';
import { openDB, type DBSchema, type IDBPDatabase } from 'idb';
import type { QueuedCommand } from '../connection/index.ts';

/**
 * What a browser keeps for one screen: `meta` holds the session, the client id, the next number, the
 * tab that owns the queue, and the position and subscription of the stored view, and what it cannot
 * tell rightly.
 */
interface Stores extends DBSchema {
  meta: { key: string; value: unknown };
  queue: { key: number; value: QueuedCommand };
  part: { key: PartName; value: RestaurantParts[PartName] };
  order: { key: string; value: Order };
  table: { key: string; value: TableState };
  device: { key: DeviceId; value: Device };
}

/** Parts of which there is one. */
export type PartName = 'settings' | 'menu' | 'floor' | 'orderCounter';
export const partNames: readonly PartName[] = ['settings', 'menu', 'floor', 'orderCounter'];

/** Parts of which there are many, each stored by itself so that only what changed is written. */
export const listStores = { orders: 'order', tables: 'table', devices: 'device' } as const;
export const viewStores = ['meta', 'part', 'order', 'table', 'device'] as const;
export const dataStores = ['part', 'order', 'table', 'device'] as const;

export type Database = IDBPDatabase<Stores>;

const version = 1;

/** One database for each screen: till, kitchen and phone of one address are different devices. */
export function openDatabase(app: string): Promise<Database> {
  return openDB<Stores>(`fynlo-${app}`, version, {
    upgrade(db) {
      db.createObjectStore('meta');
      db.createObjectStore('queue', { keyPath: 'no' });
      db.createObjectStore('part');
      for (const store of Object.values(listStores)) db.createObjectStore(store, { keyPath: 'id' });
    },
    // A newer build in another tab wants to change the stores: let it.
    blocking: (_current, _blocked, event) => (event.target as IDBDatabase).close(),
  });
}
