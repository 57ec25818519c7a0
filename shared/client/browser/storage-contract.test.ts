import 'fake-indexeddb/auto';
import type { HistoryId } from '@fynlo/domain';
import { partsOf } from '@fynlo/domain/restaurant';
import { buildOrder, buildRestaurant, openOrder, orderId } from '@fynlo/testing/builders';
import { describe, expect, test } from 'vitest';
import type { ClientStorage, QueuedCommand, StoredView } from '../connection/index.ts';
import { MemoryStorage } from '../memory/index.ts';
import { openBrowserStorage, type AppName } from './open-browser-storage.ts';

/** Opens the same storage again, as after a reload. */
type Reopen = () => Promise<ClientStorage>;

let databases = 0;
const kinds: Record<string, () => Reopen> = {
  memory: () => {
    const storage = new MemoryStorage();
    return () => Promise.resolve(storage);
  },
  IndexedDB: () => {
    const app = `contract-${databases++}` as AppName;
    return async () => {
      const opened = await openBrowserStorage(app);
      if (opened.state !== 'open') throw new Error('Another tab has it.');
      return opened.storage;
    };
  },
};

const queued = (no: number): QueuedCommand => ({ no, command: openOrder(no), at: 1_000 + no });
const viewAt = (seq: number, orders = [buildOrder()]): StoredView => ({
  position: { historyId: 'history-1' as HistoryId, epoch: 1, seq, hash: 'abc' },
  parts: partsOf(buildRestaurant({ orders })),
  scope: '*',
});

describe.each(Object.entries(kinds))('%s', (_kind, prepare) => {
  test('[MC2] the client id is made once', async () => {
    const reopen = prepare();
    const first = await reopen();
    const id = await first.clientId();
    expect(await first.clientId()).toBe(id);
    await first.close();
    expect(await (await reopen()).clientId()).toBe(id);
  });

  test('[MC2] the queue comes back in order, with the number that is next', async () => {
    const reopen = prepare();
    const storage = await reopen();
    expect(await storage.loadQueue()).toEqual({ queue: [], nextNo: 1 });
    for (let no = 1; no <= 12; no += 3) {
      await storage.addToQueue([queued(no), queued(no + 1), queued(no + 2)]);
    }
    await storage.removeFromQueue(2);
    await storage.close();
    const { queue, nextNo } = await (await reopen()).loadQueue();
    expect(queue).toEqual([3, 4, 5, 6, 7, 8, 9, 10, 11, 12].map(queued));
    expect(nextNo).toBe(13);
  });

  test('[I24] a view remembers what it cannot tell rightly, until a whole one replaces it', async () => {
    const reopen = prepare();
    const storage = await reopen();
    const partial = { ...viewAt(5), notUnderstood: ['menu' as const] };
    await storage.saveView(partial, 0);
    await storage.close();
    const again = await reopen();
    expect((await again.loadView())?.notUnderstood).toEqual(['menu']);
    await again.saveView(viewAt(6), 0);
    await again.close();
    expect(await (await reopen()).loadView()).not.toHaveProperty('notUnderstood');
  });

  test('[H5] numbers go on after everything was answered', async () => {
    const reopen = prepare();
    const storage = await reopen();
    await storage.addToQueue([queued(1)]);
    await storage.removeFromQueue(1);
    await storage.close();
    expect(await (await reopen()).loadQueue()).toEqual({ queue: [], nextNo: 2 });
  });

  test('[H14] a new client id comes with its queue from number 1', async () => {
    const reopen = prepare();
    const storage = await reopen();
    const oldId = await storage.clientId();
    await storage.addToQueue([queued(1), queued(2), queued(3)]);
    const moved = [
      { ...queued(2), no: 1 },
      { ...queued(3), no: 2 },
    ];
    const newId = await storage.takeNewClientId(moved);
    await storage.close();
    const again = await reopen();
    expect(newId).not.toBe(oldId);
    expect(await again.clientId()).toBe(newId);
    expect(await again.loadQueue()).toEqual({ queue: moved, nextNo: 3 });
  });

  test('[I11] a view and its position come back together, with what it no longer needs queued', async () => {
    const reopen = prepare();
    const storage = await reopen();
    expect(await storage.loadView()).toBeNull();
    await storage.addToQueue([queued(1), queued(2)]);
    const second = buildOrder({ id: orderId(2), number: '2' });
    await storage.saveView(viewAt(5, [buildOrder(), second]), 1);
    const changed = buildOrder({ id: orderId(2), number: '2', covers: 6 });
    const later = viewAt(9, [changed]);
    await storage.saveView(later, 1);
    await storage.close();
    const again = await reopen();
    expect(await again.loadView()).toEqual(later);
    expect((await again.loadQueue()).queue).toEqual([queued(2)]);
  });

  test('[I25] dropping the view leaves the queue', async () => {
    const reopen = prepare();
    const storage = await reopen();
    await storage.addToQueue([queued(1)]);
    await storage.saveView(viewAt(5), 0);
    await storage.dropView();
    expect(await storage.loadView()).toBeNull();
    await storage.close();
    const again = await reopen();
    expect(await again.loadView()).toBeNull();
    expect((await again.loadQueue()).queue).toEqual([queued(1)]);
  });
});
