import 'fake-indexeddb/auto';
import type { DeviceId, HistoryId } from '@fynlo/domain';
import { partsOf } from '@fynlo/domain/restaurant';
import { buildOrder, buildRestaurant, openOrder, orderId } from '@fynlo/testing/builders';
import { buildWorld } from '@fynlo/testing/hub-double';
import { afterEach, expect, test, vi } from 'vitest';
import { openClient, QueueTakenError, type ClientStorage } from '../connection/index.ts';
import { openDatabase } from './database.ts';
import { openBrowserStorage, type AppName, type BrowserStorage } from './open-browser-storage.ts';
import { recallSession, rememberSession, type Session } from './session.ts';

let databases = 0;
const newApp = () => `test-${databases++}` as AppName;

afterEach(() => vi.unstubAllGlobals());

test('[I25] a second tab is told that the first has the queue', async () => {
  const app = newApp();
  const first = mustBeOpen(await openBrowserStorage(app));
  expect(await openBrowserStorage(app)).toEqual({ state: 'open-in-another-tab' });
  await first.storage.addToQueue([{ no: 1, command: openOrder(1), at: 0 }]);
  await first.storage.close();
  expect((await openBrowserStorage(app)).state).toBe('open');
});

test('[I25] a second tab takes over once the first has stored what it had', async () => {
  const app = newApp();
  const first = mustBeOpen(await openBrowserStorage(app));
  const letGo = async () => {
    await first.taken;
    await first.storage.addToQueue([{ no: 1, command: openOrder(1), at: 0 }]);
    await first.storage.close();
  };
  const closed = letGo();
  const second = mustBeOpen(await openBrowserStorage(app, { takeOver: true }));
  await closed;
  expect((await second.storage.loadQueue()).nextNo).toBe(2);
  await second.storage.close();
});

test('[I25] a tab that was closed or froze is replaced, and can store nothing if it wakes up', async () => {
  const app = newApp();
  const first = mustBeOpen(await openBrowserStorage(app));
  // A frozen page hears nothing.
  const post = vi.spyOn(BroadcastChannel.prototype, 'postMessage').mockImplementation(() => {});
  const second = mustBeOpen(await openBrowserStorage(app));
  post.mockRestore();
  const command = { no: 1, command: openOrder(1), at: 0 };
  await second.storage.addToQueue([command]);
  await expect(first.storage.addToQueue([command])).rejects.toThrow(QueueTakenError);
  await first.taken;
  await expect(first.storage.removeFromQueue(1)).rejects.toThrow(QueueTakenError);
  await expect(first.storage.dropView()).rejects.toThrow(QueueTakenError);
  await first.storage.close();
  expect((await second.storage.loadQueue()).queue).toEqual([command]);
  await second.storage.close();
});

test('[MC2] till, kitchen and phone of one address keep their own queues', async () => {
  const till = mustBeOpen(await openBrowserStorage('till'));
  const phone = mustBeOpen(await openBrowserStorage('phone'));
  expect(await till.storage.clientId()).not.toBe(await phone.storage.clientId());
  await Promise.all([till.storage.close(), phone.storage.close()]);
});

test('[MC2] a browser that keeps nothing works from memory and says so', async () => {
  vi.stubGlobal('indexedDB', {
    open: () => {
      throw new DOMException('The operation is insecure.', 'SecurityError');
    },
  });
  const { storage } = mustBeOpen(await openBrowserStorage(newApp()));
  expect(storage.problem).toMatch(/keeps nothing/);
  await storage.addToQueue([{ no: 1, command: openOrder(1), at: 0 }]);
  const { around, hub } = buildWorld();
  const client = await openClient({
    ...wiring(storage),
    openSocket: hub.openSocket,
    surroundings: around,
  });
  expect(client.status()).toMatchObject({ storageProblem: storage.problem, unsent: 1 });
  await client.close();
});

test('[MC2] the browser is asked never to clear the queue, and its answer is told', async () => {
  const answers = [true, false, null];
  for (const answer of answers) {
    const persist = vi.fn(() =>
      answer === null ? Promise.reject(new Error('No.')) : Promise.resolve(answer),
    );
    vi.stubGlobal('navigator', { storage: { persist } });
    const { storage, isSafe } = mustBeOpen(await openBrowserStorage(newApp()));
    expect(await isSafe).toBe(answer);
    expect(persist).toHaveBeenCalledOnce();
    await storage.close();
  }
  // Over plain HTTP there is nobody to ask.
  vi.stubGlobal('navigator', {});
  const { storage, isSafe } = mustBeOpen(await openBrowserStorage(newApp()));
  expect(await isSafe).toBeNull();
  await storage.close();
});

test('[I18] only what changed is written', async () => {
  const app = newApp();
  const { storage } = mustBeOpen(await openBrowserStorage(app));
  const state = buildRestaurant({
    orders: [1, 2, 3].map((n) => buildOrder({ id: orderId(n) })),
  });
  const position = { historyId: 'history-1' as HistoryId, epoch: 1, seq: 1, hash: '' };
  await storage.saveView({ position, parts: partsOf(state), scope: '*' }, 0);
  const put = vi.spyOn(IDBObjectStore.prototype, 'put');
  state.restore({ orders: [buildOrder({ id: orderId(2), covers: 8 })] });
  await storage.saveView(
    { position: { ...position, seq: 2 }, parts: partsOf(state), scope: '*' },
    0,
  );
  const written = put.mock.calls.map(([value]) => (value as { id?: string }).id ?? value);
  put.mockRestore();
  expect(written).toEqual([orderId(2), { ...position, seq: 2 }, '*']);
  await storage.close();
});

test('[MC2] what was queued before a crash goes out after it, once', async () => {
  const app = newApp();
  const { hub, around } = buildWorld();
  hub.reachable = false;
  const before = mustBeOpen(await openBrowserStorage(app));
  const dead = await openClient({
    ...wiring(before.storage),
    openSocket: hub.openSocket,
    surroundings: around,
  });
  await Promise.all([1, 2, 3].map((n) => dead.dispatch(openOrder(n)).kept));

  // The page dies without a word: its channel answers nobody.
  const post = vi.spyOn(BroadcastChannel.prototype, 'postMessage').mockImplementation(() => {});
  const after = mustBeOpen(await openBrowserStorage(app));
  post.mockRestore();
  hub.reachable = true;
  const client = await openClient({
    ...wiring(after.storage),
    openSocket: hub.openSocket,
    surroundings: around,
  });
  expect(client.clientId).toBe(dead.clientId);
  await vi.waitFor(async () => {
    await around.pass(10);
    expect(client.status().unsent).toBe(0);
  });
  const fromAfter = hub.log.filter(({ type }) => type === 'order.opened');
  expect(fromAfter.map(({ commandNo }) => commandNo)).toEqual([1, 2, 3]);
  await Promise.all([client.close(), dead.close()]);
});

test('[MC2] who the phone is lies beside its queue, and is the newer where local storage is behind', async () => {
  const app = newApp();
  const session: Session = {
    token: 'first',
    deviceId: 'device-1' as DeviceId,
    name: 'Phone',
    kind: 'phone',
    role: 'waiter',
    restaurant: 'The Copper Kettle',
  };
  const late = JSON.stringify(session);
  // Local storage as a phone finds it that died a second after joining again.
  vi.stubGlobal('localStorage', { getItem: () => late, setItem: () => undefined });
  expect(await recallSession(app)).toEqual(session);
  await rememberSession(app, { ...session, token: 'second' });
  expect(await recallSession(app)).toMatchObject({ token: 'second' });
  vi.stubGlobal('localStorage', { getItem: () => null, setItem: () => undefined });
  expect(await recallSession(app)).toMatchObject({ token: 'second' });
});

test('[MC2] the stores can be read by name, for whoever looks into a browser', async () => {
  const app = newApp();
  const { storage } = mustBeOpen(await openBrowserStorage(app));
  await storage.close();
  const db = await openDatabase(app);
  expect([...db.objectStoreNames]).toEqual(['device', 'meta', 'order', 'part', 'queue', 'table']);
  db.close();
});

function mustBeOpen(opened: BrowserStorage) {
  if (opened.state !== 'open') throw new Error('It is open in another tab.');
  return opened;
}

function wiring(storage: ClientStorage) {
  const deviceId = 'phone' as Parameters<typeof openClient>[0]['deviceId'];
  return { url: 'ws://hub.test', token: 'token', deviceId, build: 'test', storage };
}
