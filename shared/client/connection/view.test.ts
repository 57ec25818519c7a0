import {
  addLine,
  fishAndChips,
  openOrder,
  orderId,
  sendOrder,
  tableSeven,
  thePhone,
} from '@fynlo/testing/builders';
import { buildWorld } from '@fynlo/testing/hub-double';
import type { ClientId } from '@fynlo/domain';
import { partsOf } from '@fynlo/domain/restaurant';
import { expect, test } from 'vitest';
import { MemoryStorage } from '../memory/index.ts';
import { provisionalNumber } from './facts.ts';
import type { StoredView } from './ports.ts';

test('[H7] a snapshot in pieces is shown whole or not at all', async () => {
  const { around, hub, open } = buildWorld();
  for (let n = 1; n <= 9; n++) hub.decideHere(openOrder(n));
  hub.snapshotPieces = 4;
  const client = await open();
  const counts = new Set<number>();
  client.onChange(() => counts.add([...client.view().openOrders()].length));
  await around.pass(20);
  expect([...counts]).toEqual([0, 9]);
  expect(partsOf(client.view())).toEqual(partsOf(hub.state));
  expect(client.view()).toBe(client.confirmed());
});

test('[H7] half a snapshot leaves nothing behind', async () => {
  const { around, hub, open } = buildWorld();
  for (let n = 1; n <= 9; n++) hub.decideHere(openOrder(n));
  hub.snapshotPieces = 4;
  let pieces = 0;
  hub.fate = ({ type }) => (type === 'snapshot' && ++pieces === 3 ? 'cut' : 'deliver');
  const client = await open();
  await around.pass(100);
  expect(client.position()).toBeNull();
  expect([...client.view().openOrders()]).toEqual([]);
  await around.pass(3_000);
  expect(partsOf(client.view())).toEqual(partsOf(hub.state));
});

test('[H7] a device that was away gets exactly what it missed', async () => {
  const { around, hub, open } = buildWorld();
  const client = await open();
  await around.pass(10);
  hub.cutAll();
  hub.reachable = false;
  hub.decideHere(openOrder(1));
  hub.decideHere(addLine(1, 1));
  await around.pass(3_000);
  hub.reachable = true;
  await around.pass(5_000);
  const hellos = hub.heardMessages.filter((message) => message.type === 'hello');
  expect(hellos.at(-1)?.position?.seq).toBe(0);
  expect(partsOf(client.confirmed())).toEqual(partsOf(hub.state));
  expect(client.position()).toEqual(hub.head);
});

test('[H7] events that come twice are applied once', async () => {
  const { around, hub, open } = buildWorld();
  const client = await open();
  await around.pass(10);
  hub.fate = ({ type }) => (type === 'events' ? 'twice' : 'deliver');
  hub.decideHere(openOrder(1));
  hub.decideHere(addLine(1, 1));
  await around.pass(10);
  expect(client.confirmed().order(orderId(1))?.lines).toHaveLength(1);
  expect(client.confirmed().order(orderId(1))?.version).toBe(2);
});

test('[H7] events that do not fit are answered with a fresh start, and the queue stays', async () => {
  const { around, hub, open } = buildWorld();
  const client = await open();
  await around.pass(10);
  let lost = 0;
  hub.fate = ({ type }) => (type === 'events' && lost++ === 0 ? 'lose' : 'deliver');
  hub.decideHere(openOrder(1));
  hub.decideHere(addLine(1, 1));
  client.dispatch(openOrder(2));
  await around.pass(5_000);
  expect(partsOf(client.confirmed())).toEqual(partsOf(hub.state));
  expect(hub.state.order(orderId(2))).toBeDefined();
});

test('[H7] the hub’s ping moves the position forward, never back or into another history', async () => {
  const { around, hub, open } = buildWorld();
  const client = await open();
  await around.pass(10);
  hub.isUninteresting = true;
  hub.decideHere({ type: 'table.seat', tableId: tableSeven });
  hub.pingAll();
  await around.pass(10);
  expect(client.position()).toEqual(hub.head);
  const { head } = hub;
  hub.log.pop();
  hub.pingAll();
  await around.pass(10);
  expect(client.position()).toEqual(head);
});

test('[H14] a reset drops the view and never the queue', async () => {
  const { around, hub, open } = buildWorld();
  const storage = new MemoryStorage();
  const client = await open({ storage });
  await around.pass(10);
  hub.decideHere(openOrder(1));
  await around.pass(2_000);
  expect(client.view().order(orderId(1))).toBeDefined();
  hub.reachable = false;
  hub.restoreBackup(0);
  client.dispatch(openOrder(2));
  await around.pass(100);
  hub.reachable = true;
  await around.pass(10_000);
  expect(client.view().order(orderId(1))).toBeUndefined();
  expect(hub.state.order(orderId(2))).toBeDefined();
  expect(client.view().order(orderId(2))?.number).toBe('1');
  await around.pass(2_000);
  expect((await storage.loadView())?.position).toEqual(hub.head);
});

test('[O6] a change shows at once, and is what the hub decides', async () => {
  const { around, hub, open } = buildWorld();
  const client = await open();
  await around.pass(2_000);
  client.dispatch(openOrder(1, { covers: 3 }));
  client.dispatch(addLine(1, 1, { quantity: 2, note: 'no salt' }));
  client.dispatch(sendOrder(1));
  const forecast = client.view().order(orderId(1));
  expect(forecast?.number).toBe('P2-1');
  expect(client.view().table(tableSeven)?.status).toBe('seated');
  expect(client.confirmed().order(orderId(1))).toBeUndefined();
  await around.pass(100);
  const decided = hub.state.order(orderId(1));
  expect(client.view().order(orderId(1))).toEqual(decided);
  const bare = (order: typeof decided) => ({
    ...order,
    number: '',
    openedAt: 0,
    openedBy: '',
    lines: order?.lines.map((line) => ({ ...line, at: {}, addedBy: '' })),
  });
  expect(bare(forecast)).toEqual(bare(decided));
});

test('[O6] a change the hub refuses is rolled back with the reason', async () => {
  const { around, hub, open } = buildWorld();
  const client = await open();
  client.dispatch(openOrder(1));
  await around.pass(100);
  hub.reachable = false;
  hub.cutAll();
  // Meanwhile the last portion goes.
  hub.decideHere({ type: 'menu.eighty-six', productId: fishAndChips, soldOut: true });
  client.dispatch(addLine(1, 1));
  expect(client.view().order(orderId(1))?.lines).toHaveLength(1);
  const rolledBack: unknown[] = [];
  client.onRollBack(({ command, refusal }) => rolledBack.push([command.type, refusal.because]));
  hub.reachable = true;
  await around.pass(5_000);
  expect(client.view().order(orderId(1))?.lines).toEqual([]);
  expect(rolledBack).toEqual([['order.add-lines', 'Fish and chips is sold out. Choose another.']]);
});

test('[O6] what the rules refuse here already is not shown, and the hub is still asked', async () => {
  const { around, hub, open } = buildWorld();
  const client = await open();
  await around.pass(10);
  client.dispatch(sendOrder(5));
  expect(client.view().order(orderId(5))).toBeUndefined();
  await around.pass(100);
  expect(hub.commandsHeard).toHaveLength(1);
});

test('[O6] an accepted change never flickers, whichever of answer and event comes first', async () => {
  for (const late of ['ack', 'events'] as const) {
    const { around, hub, open } = buildWorld();
    const client = await open();
    await around.pass(10);
    let held = true;
    hub.fate = ({ type }) => (held && type === late ? 'lose' : 'deliver');
    client.dispatch(openOrder(1));
    client.dispatch(addLine(1, 1));
    const seen: (number | undefined)[] = [];
    client.onChange(() => seen.push(client.view().order(orderId(1))?.lines.length));
    await around.pass(1_000);
    held = false;
    hub.cutAll();
    await around.pass(5_000);
    expect(new Set(seen), late).toEqual(new Set([1]));
    expect(client.view().order(orderId(1))).toEqual(hub.state.order(orderId(1)));
    expect(client.view()).toBe(client.confirmed());
  }
});

test('[O6] an order that did not change stays the same object', async () => {
  const { around, hub, open } = buildWorld();
  const client = await open();
  hub.decideHere(openOrder(1));
  await around.pass(2_000);
  const confirmed = client.view().order(orderId(1));
  hub.reachable = false;
  hub.answersCommands = false;
  client.dispatch(openOrder(2));
  const pending = client.view().order(orderId(2));
  hub.decideHere(openOrder(3));
  await around.pass(100);
  expect(client.view().order(orderId(3))).toBeDefined();
  expect(client.view().order(orderId(1))).toBe(confirmed);
  expect(client.view().order(orderId(2))).toBe(pending);

  // Nor does a snapshot draw everything anew.
  hub.tailEventsMax = 0;
  hub.reachable = true;
  hub.cutAll();
  hub.decideHere(openOrder(4));
  await around.pass(5_000);
  expect(client.view().order(orderId(4))).toBeDefined();
  expect(client.view().order(orderId(1))).toBe(confirmed);
});

test('[I18] a closed order is forgotten', async () => {
  const { around, hub, open } = buildWorld();
  const client = await open();
  await around.pass(10);
  client.dispatch(openOrder(1));
  client.dispatch({ type: 'order.complete', orderId: orderId(1) });
  await around.pass(100);
  expect(hub.state.order(orderId(1))?.state).toBe('completed');
  expect(client.confirmed().order(orderId(1))).toBeUndefined();
  expect([...client.view().openOrders()]).toEqual([]);
});

test('[MC2] a phone that starts without its hub shows what it knew, and what it has asked for', async () => {
  const { around, hub, open } = buildWorld();
  const storage = new MemoryStorage();
  const before = await open({ storage });
  hub.decideHere(openOrder(1));
  await around.pass(3_000);
  await before.close();
  hub.reachable = false;
  const after = await open({ storage });
  expect(after.position()).toEqual(hub.head);
  expect(after.view().order(orderId(1))?.number).toBe('1');
  after.dispatch(addLine(1, 1));
  expect(after.view().order(orderId(1))?.lines).toHaveLength(1);
});

test('[I15] a change that was acknowledged a moment before a reload is still shown without the hub', async () => {
  const { around, hub, open } = buildWorld();
  const storage = new MemoryStorage();
  const before = await open({ storage });
  await around.pass(3_000);
  const { outcome } = before.dispatch(openOrder(1));
  await around.pass(10);
  expect(await outcome).toMatchObject({ accepted: true });
  // The page is gone without a word: nothing is stored any more from here on.
  hub.reachable = false;
  hub.cutAll();
  const after = await open({ storage: frozen(storage) });
  expect(after.view().order(orderId(1))).toBeDefined();
});

test('[I11] a stored position is never ahead of its data, and is stored within a second', async () => {
  const { around, hub, open } = buildWorld();
  const storage = new MemoryStorage();
  const saved: StoredView[] = [];
  const save = storage.saveView.bind(storage);
  storage.saveView = (view, upTo) => {
    saved.push(structuredClone(view));
    return save(view, upTo);
  };
  await open({ storage });
  await around.pass(10);
  for (let n = 1; n <= 40; n++) {
    hub.decideHere(openOrder(n));
    await around.pass(100);
  }
  await around.pass(1_000);
  expect(saved.length).toBeGreaterThan(3);
  expect(saved.length).toBeLessThan(8);
  expect(saved.at(-1)?.position).toEqual(hub.head);
  for (const { position, parts } of saved) {
    const opened = hub.log
      .slice(0, position.seq)
      .filter(({ type }) => type === 'order.opened').length;
    expect(parts.orders).toHaveLength(opened);
  }
});

test('[H8] a view stored for another subscription is no start for this one', async () => {
  const { around, hub, open } = buildWorld();
  const storage = new MemoryStorage();
  const whole = await open({ storage });
  await around.pass(2_000);
  await whole.close();
  await open({ storage, subscribe: ['order.*'] });
  await around.pass(10);
  const hellos = hub.heardMessages.filter((message) => message.type === 'hello');
  expect(hellos.at(-1)).toMatchObject({ position: null, subscribe: ['order.*'] });
});

test('[H6] times shown for queued changes are by the hub’s clock', async () => {
  const { around, hub, open } = buildWorld();
  hub.clockAheadMs = 3_600_000;
  const client = await open();
  await around.pass(10);
  expect(Math.abs(client.status().clockOffsetMs - 3_600_000)).toBeLessThan(10);
  client.dispatch(openOrder(1));
  const shown = client.view().order(orderId(1))?.openedAt ?? 0;
  expect(Math.abs(shown - around.now() - 3_600_000)).toBeLessThan(10);
});

test('[O5] a provisional number names the device and can never be taken for a real one', () => {
  const numbers = [provisionalNumber('Phone 2', 4), provisionalNumber('Bar till', 12)];
  expect(numbers).toEqual(['P2-4', 'BT-12']);
  expect(provisionalNumber(undefined, 1)).toBe('P-1');
  for (const name of ['7', '', '#!', 'Ärger 3', '12 34']) {
    expect(Number.isInteger(Number(provisionalNumber(name, 5)))).toBe(false);
  }
});

test('[O6] the device and the client id of a client are what its commands carry', async () => {
  const { around, hub, open } = buildWorld();
  const client = await open();
  await around.pass(10);
  expect(client.deviceId).toBe(thePhone);
  client.dispatch(openOrder(1));
  await around.pass(10);
  const carried = new Set<ClientId>(hub.log.map(({ clientId }) => clientId));
  expect([...carried]).toEqual([client.clientId]);
});

/** What a page that died left: readable, and what it still writes goes nowhere. */
function frozen(storage: MemoryStorage): MemoryStorage {
  const copy = new MemoryStorage();
  copy.clientId = () => storage.clientId();
  const queue = storage.loadQueue();
  const view = storage.loadView();
  copy.loadQueue = () => queue;
  copy.loadView = () => view;
  return copy;
}

test('[H7] a frame that was lost is noticed by the next one, or by a ping, and fetched', async () => {
  const { around, hub, open } = buildWorld();
  const client = await open();
  await around.pass(10);
  for (const finder of ['frame', 'ping']) {
    let lost = 0;
    hub.fate = ({ type }) => (type === 'events' && lost++ === 0 ? 'lose' : 'deliver');
    hub.decideHere({ type: 'table.seat', tableId: tableSeven });
    if (finder === 'frame') hub.decideHere({ type: 'table.vacate', tableId: tableSeven });
    else hub.pingAll();
    await around.pass(100);
    expect(lost).toBeGreaterThan(0);
    expect(partsOf(client.view())).toEqual(partsOf(hub.state));
    expect(client.position()).toEqual(hub.head);
    hub.decideHere({ type: 'table.clean', tableId: tableSeven });
    await around.pass(2_000);
  }
});

test('[I14] a snapshot that comes a second time takes nothing back', async () => {
  const { around, hub, open } = buildWorld();
  const first: string[] = [];
  hub.fate = (message) => {
    if (message.type === 'snapshot') first.push(JSON.stringify(message));
    return 'deliver';
  };
  const client = await open();
  await around.pass(10);
  hub.decideHere(openOrder(1));
  await around.pass(10);
  for (const socket of hub.sockets) for (const text of first) socket.deliver(text);
  await around.pass(10);
  expect(first.length).toBeGreaterThan(0);
  expect(client.view().order(orderId(1))).toBeDefined();
  expect(client.position()).toEqual(hub.head);
});
