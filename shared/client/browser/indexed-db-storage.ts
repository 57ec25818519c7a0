import type { ClientId, StreamId } from '@fynlo/domain';
import type { RestaurantParts } from '@fynlo/domain/restaurant';
import type { Position } from '@fynlo/protocol/wire';
import { v7 as newId } from 'uuid';
import {
  QueueTakenError,
  type ClientStorage,
  type QueuedCommand,
  type StoredView,
} from '../connection/index.ts';
import {
  dataStores,
  listStores,
  partNames,
  viewStores,
  type Database,
  type PartName,
} from './database.ts';
import type { QueueOwner } from './queue-owner.ts';

/**
 * The queue and the view of one screen in IndexedDB.
 *
 * Every write first looks in its own transaction whether this tab still owns the queue. So two
 * tabs can never give the same number to two commands, whatever else goes wrong between them.
 */
export class IndexedDbStorage implements ClientStorage {
  readonly problem = null;
  readonly #db: Database;
  readonly #tab: string;
  readonly #onClose: () => Promise<void>;
  readonly #onTaken: () => void;
  /** What is stored, by identity: what is still the same object need not be written again. */
  #saved: RestaurantParts | undefined;

  constructor(db: Database, owner: QueueOwner) {
    this.#db = db;
    this.#tab = owner.tab;
    this.#onClose = () => owner.release();
    this.#onTaken = () => owner.lost();
  }

  async clientId(): Promise<ClientId> {
    const tx = this.#db.transaction('meta', 'readwrite', { durability: 'strict' });
    const known = (await tx.store.get('clientId')) as ClientId | undefined;
    const clientId = known ?? (newId() as ClientId);
    if (!known) await tx.store.put(clientId, 'clientId');
    await tx.done;
    return clientId;
  }

  async loadQueue(): Promise<{ queue: QueuedCommand[]; nextNo: number }> {
    const tx = this.#db.transaction(['meta', 'queue']);
    const queue = await tx.objectStore('queue').getAll();
    const nextNo = (await tx.objectStore('meta').get('nextNo')) as number | undefined;
    return { queue, nextNo: nextNo ?? 1 };
  }

  async addToQueue(commands: readonly QueuedCommand[]): Promise<void> {
    const last = commands.at(-1);
    if (!last) return;
    const tx = this.#db.transaction(['meta', 'queue'], 'readwrite', { durability: 'strict' });
    await this.#mustOwn(tx);
    await Promise.all([
      ...commands.map((command) => tx.objectStore('queue').add(command)),
      tx.objectStore('meta').put(last.no + 1, 'nextNo'),
      tx.done,
    ]);
  }

  async removeFromQueue(no: number): Promise<void> {
    const tx = this.#db.transaction(['meta', 'queue'], 'readwrite');
    await this.#mustOwn(tx);
    await Promise.all([tx.objectStore('queue').delete(IDBKeyRange.upperBound(no)), tx.done]);
  }

  async takeNewClientId(queue: readonly QueuedCommand[]): Promise<ClientId> {
    const clientId = newId() as ClientId;
    const tx = this.#db.transaction(['meta', 'queue'], 'readwrite', { durability: 'strict' });
    await this.#mustOwn(tx);
    const meta = tx.objectStore('meta');
    await Promise.all([
      meta.put(clientId, 'clientId'),
      meta.put(queue.length + 1, 'nextNo'),
      tx.objectStore('queue').clear(),
      ...queue.map((command) => tx.objectStore('queue').add(command)),
      tx.done,
    ]);
    return clientId;
  }

  async loadView(): Promise<StoredView | null> {
    const tx = this.#db.transaction(viewStores);
    const meta = tx.objectStore('meta');
    const [position, scope, notUnderstood, orders, tables, devices, ...parts] = await Promise.all([
      meta.get('position') as Promise<Position | undefined>,
      meta.get('scope') as Promise<string | undefined>,
      meta.get('notUnderstood') as Promise<readonly StreamId[] | undefined>,
      tx.objectStore('order').getAll(),
      tx.objectStore('table').getAll(),
      tx.objectStore('device').getAll(),
      ...partNames.map((name) => tx.objectStore('part').get(name)),
    ]);
    if (!position || scope === undefined) return null;
    const found = partNames.flatMap((name, i) => (parts[i] ? [[name, parts[i]]] : []));
    const view = { ...(Object.fromEntries(found) as RestaurantParts), orders, tables, devices };
    this.#saved = view;
    return { position, scope, parts: view, ...(notUnderstood && { notUnderstood }) };
  }

  async saveView(view: StoredView, answeredUpTo: number): Promise<void> {
    const { position, parts, scope, notUnderstood } = view;
    const tx = this.#db.transaction([...viewStores, 'queue'] as const, 'readwrite');
    await this.#mustOwn(tx);
    const saved = this.#saved;
    const writes: Promise<unknown>[] = saved
      ? []
      : dataStores.map((store) => tx.objectStore(store).clear());
    for (const name of partNames) {
      const part = parts[name];
      if (!part) writes.push(tx.objectStore('part').delete(name));
      else if (!isSamePart(part, saved?.[name]))
        writes.push(tx.objectStore('part').put(part, name));
    }
    for (const list of ['orders', 'tables', 'devices'] as const) {
      const store = tx.objectStore(listStores[list]);
      const { put, gone } = changes(saved?.[list] ?? [], parts[list] ?? []);
      // The list's name ties items and store together, which the types cannot follow.
      for (const item of put) writes.push(store.put(item as never));
      for (const id of gone) writes.push(store.delete(id));
    }
    const meta = tx.objectStore('meta');
    writes.push(meta.put(position, 'position'), meta.put(scope, 'scope'));
    writes.push(
      notUnderstood ? meta.put(notUnderstood, 'notUnderstood') : meta.delete('notUnderstood'),
    );
    writes.push(tx.objectStore('queue').delete(IDBKeyRange.upperBound(answeredUpTo)));
    await Promise.all([...writes, tx.done]);
    this.#saved = parts;
  }

  async dropView(): Promise<void> {
    const tx = this.#db.transaction(viewStores, 'readwrite');
    await this.#mustOwn(tx);
    await Promise.all([
      tx.objectStore('meta').delete('position'),
      ...dataStores.map((store) => tx.objectStore(store).clear()),
      tx.done,
    ]);
    this.#saved = undefined;
  }

  async close(): Promise<void> {
    await this.#onClose();
    this.#db.close();
  }

  async #mustOwn(tx: OwnedTransaction): Promise<void> {
    if ((await tx.objectStore('meta').get('owner')) === this.#tab) return;
    this.#onTaken();
    throw new QueueTakenError();
  }
}

interface OwnedTransaction {
  objectStore(name: 'meta'): { get(key: string): Promise<unknown> };
}

interface Item {
  readonly id: string;
}

function changes(before: readonly Item[], after: readonly Item[]) {
  const known = new Map(before.map((item) => [item.id, item]));
  const put = after.filter((item) => known.get(item.id) !== item);
  for (const { id } of after) known.delete(id);
  return { put, gone: [...known.keys()] };
}

type Part = RestaurantParts[PartName];

function isSamePart(part: NonNullable<Part>, before: Part): boolean {
  if (!before) return false;
  // The menu is wrapped anew each time; what it holds is not.
  if ('menu' in part && 'menu' in before) {
    return part.menu === before.menu && part.version === before.version;
  }
  return part === before;
}
