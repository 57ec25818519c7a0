import { addLine, lineId, openOrder, orderId, sendOrder } from '@fynlo/testing/builders';
import { buildWorld } from '@fynlo/testing/hub-double';
import { expect, test } from 'vitest';
import { MemoryStorage } from '../memory/index.ts';
import type { Outcome } from './client.ts';
import { QueueTakenError } from './ports.ts';

const take = <T>(promise: Promise<T>) => {
  const taken: { value?: T } = {};
  void promise.then((value) => (taken.value = value));
  return taken;
};

test('[H12] what is made while away is queued and sent in order', async () => {
  const { around, hub, open } = buildWorld();
  hub.reachable = false;
  const client = await open();
  const outcomes = [openOrder(1), addLine(1, 1), sendOrder(1), openOrder(2)].map(
    (command) => client.dispatch(command).outcome,
  );
  await around.pass(10_000);
  expect(client.status().unsent).toBe(4);
  hub.reachable = true;
  await around.pass(40_000);
  expect(hub.commandsHeard.map(({ no, command }) => [no, command.type])).toEqual([
    [1, 'order.open'],
    [2, 'order.add-lines'],
    [3, 'order.send'],
    [4, 'order.open'],
  ]);
  expect((await Promise.all(outcomes)).every(({ accepted }) => accepted)).toBe(true);
  expect(client.status().unsent).toBe(0);
});

test('[MC2] a command is stored before it is sent, and kept says when', async () => {
  const { around, hub, open } = buildWorld();
  const storage = new MemoryStorage();
  const stored = Promise.withResolvers<void>();
  const add = storage.addToQueue.bind(storage);
  const client = await open({ storage });
  await around.pass(10);
  const before = client.dispatch(openOrder(1));
  await before.kept;
  storage.addToQueue = (commands) => stored.promise.then(() => add(commands));
  const kept = take(client.dispatch(openOrder(2)).kept);
  expect(client.view().order(orderId(2))).toBeDefined();
  // The first one's answer makes the client look for more to send.
  await around.pass(1_000);
  expect(await before.outcome).toMatchObject({ accepted: true });
  expect(hub.commandsHeard.map(({ no }) => no)).toEqual([1]);
  expect(kept).toEqual({});
  stored.resolve();
  await around.pass(10);
  expect(hub.commandsHeard.map(({ no }) => no)).toEqual([1, 2]);
  expect('value' in kept).toBe(true);
});

test('[I25] an answered command stays stored until a stored view shows what it did', async () => {
  const { around, hub, open } = buildWorld();
  const storage = new MemoryStorage();
  const client = await open({ storage });
  await around.pass(2_000);
  hub.fate = ({ type }) => (type === 'events' ? 'lose' : 'deliver');
  const { outcome } = client.dispatch(openOrder(1));
  await around.pass(3_000);
  expect(await outcome).toMatchObject({ accepted: true });
  expect((await storage.loadQueue()).queue).toHaveLength(1);
  hub.fate = () => 'deliver';
  hub.cutAll();
  await around.pass(5_000);
  expect((await storage.loadQueue()).queue).toEqual([]);
});

test('[MC2] the queue survives a restart and goes out once, under its numbers', async () => {
  const { around, hub, open } = buildWorld();
  hub.reachable = false;
  const storage = new MemoryStorage();
  const before = await open({ storage });
  before.dispatch(openOrder(1));
  before.dispatch(addLine(1, 1));
  await around.pass(10);
  await before.close();

  const after = await open({ storage });
  expect(after.clientId).toBe(before.clientId);
  expect(after.status().unsent).toBe(2);
  expect([...after.pendingOrders()]).toEqual([orderId(1)]);
  hub.reachable = true;
  after.dispatch(sendOrder(1));
  await around.pass(10_000);
  expect(hub.commandsHeard.map(({ no }) => no)).toEqual([1, 2, 3]);
  expect(hub.state.order(orderId(1))?.lines.map(({ status }) => status)).toEqual(['sent']);
});

test('[H5] after an uncertain result nothing later goes out before the hub has said its last number', async () => {
  const { around, hub, open } = buildWorld();
  const client = await open();
  await around.pass(10);
  hub.fate = ({ type }) => (type === 'ack' ? 'cut' : 'deliver');
  const first = take(client.dispatch(openOrder(1)).outcome);
  await around.pass(5);
  expect(client.status().connection).toBe('RECONNECTING');
  const second = take(client.dispatch(openOrder(2)).outcome);
  await around.pass(500);
  expect(hub.commandsHeard.map(({ no }) => no)).toEqual([1]);
  expect(first).toEqual({});

  hub.fate = () => 'deliver';
  await around.pass(2_000);
  // Sent again to learn what the hub recorded, then the rest.
  expect(hub.commandsHeard.map(({ no }) => no)).toEqual([1, 1, 2]);
  expect(first.value?.accepted).toBe(true);
  expect(second.value?.accepted).toBe(true);
  expect([...hub.state.openOrders()]).toHaveLength(2);
});

test('[H5] a refusal that got lost is the same refusal when asked again', async () => {
  const { around, hub, open } = buildWorld();
  const client = await open();
  await around.pass(10);
  hub.fate = ({ type }) => (type === 'refused' ? 'cut' : 'deliver');
  const refused = take(client.dispatch(sendOrder(77)).outcome);
  await around.pass(5);
  hub.fate = () => 'deliver';
  await around.pass(2_000);
  expect(refused.value).toMatchObject({ accepted: false, refused: 'order-unknown' });
});

test('[H5] an answer that comes twice counts once', async () => {
  const { around, hub, open } = buildWorld();
  const client = await open();
  await around.pass(10);
  hub.fate = () => 'twice';
  const rolledBack: string[] = [];
  client.onRollBack(({ refusal }) => rolledBack.push(refusal.refused));
  const outcomes = [openOrder(1), sendOrder(1), openOrder(2)].map((command) =>
    take(client.dispatch(command).outcome),
  );
  await around.pass(100);
  expect(outcomes.map(({ value }) => value?.accepted)).toEqual([true, false, true]);
  expect(rolledBack).toEqual(['nothing-to-send']);
  expect(client.status().unsent).toBe(0);
});

test('[H12] an answer that never comes is asked for again', async () => {
  const { around, hub, open } = buildWorld();
  const client = await open();
  await around.pass(10);
  hub.fate = ({ type }) => (type === 'ack' ? 'lose' : 'deliver');
  const outcome = take(client.dispatch(openOrder(1)).outcome);
  await around.pass(1_000);
  hub.fate = () => 'deliver';
  await around.pass(20_000);
  expect(outcome.value?.accepted).toBe(true);
});

test('[H12] at most 64 commands are without an answer', async () => {
  const { around, hub, open } = buildWorld();
  const client = await open();
  await around.pass(10);
  hub.answersCommands = false;
  for (let n = 1; n <= 200; n++) client.dispatch(openOrder(n));
  await around.pass(1_000);
  expect(hub.commandsHeard).toHaveLength(64);
  hub.answersCommands = true;
  await around.pass(20_000);
  expect(client.status().unsent).toBe(0);
  expect([...hub.state.openOrders()]).toHaveLength(200);
});

test('[H12] cannot-now waits as told, then sends the same and the later ones in order', async () => {
  const { around, hub, open } = buildWorld();
  const client = await open();
  await around.pass(10);
  hub.cannotNowTimes = 1;
  const outcomes = [openOrder(1), addLine(1, 1), sendOrder(1)].map((command) =>
    take(client.dispatch(command).outcome),
  );
  await around.pass(200);
  expect(hub.commandsHeard.map(({ no }) => no)).toEqual([1, 2, 3]);
  expect(outcomes).toEqual([{}, {}, {}]);
  await around.pass(100);
  expect(hub.commandsHeard.map(({ no }) => no)).toEqual([1, 2, 3, 1, 2, 3]);
  expect(outcomes.map(({ value }) => value?.accepted)).toEqual([true, true, true]);
});

test('[H12] resync goes on from the number after the hub’s last', async () => {
  const { around, hub, open } = buildWorld();
  const client = await open();
  await around.pass(10);
  hub.answersCommands = false;
  const outcomes = [openOrder(1), openOrder(2)].map((command) =>
    take(client.dispatch(command).outcome),
  );
  await around.pass(10);
  hub.answersCommands = true;
  const third = take(client.dispatch(openOrder(3)).outcome);
  await around.pass(500);
  expect(hub.commandsHeard.map(({ no }) => no)).toEqual([1, 2, 3, 1, 2, 3]);
  expect([...outcomes, third].map(({ value }) => value?.accepted)).toEqual([true, true, true]);
});

test('[H14] a hub restored from a backup gets what is unanswered under a new client id', async () => {
  const { around, hub, open } = buildWorld();
  const storage = new MemoryStorage();
  const client = await open({ storage });
  await around.pass(10);
  const oldId = client.clientId;
  for (const n of [1, 2, 3]) client.dispatch(openOrder(n));
  await around.pass(3_000);
  hub.reachable = false;
  hub.restoreBackup(1);
  const outcomes = [openOrder(4), addLine(4, 1)].map((command) =>
    take(client.dispatch(command).outcome),
  );
  await around.pass(10);
  hub.reachable = true;
  await around.pass(20_000);
  expect(client.clientId).not.toBe(oldId);
  expect(outcomes.map(({ value }) => value?.accepted)).toEqual([true, true]);
  expect(hub.state.order(orderId(4))?.lines).toHaveLength(1);
  expect((await storage.loadQueue()).nextNo).toBe(3);
  expect(await storage.clientId()).toBe(client.clientId);
});

test('[H5] a device restored from an old copy never loses a command to a number it used before', async () => {
  const { around, hub, open } = buildWorld();
  const storage = new MemoryStorage();
  const clientId = await storage.clientId();
  const client = await open({ storage });
  await around.pass(10);
  for (const n of [1, 2, 3]) client.dispatch(openOrder(n));
  await around.pass(3_000);
  await client.close();

  const oldCopy = new MemoryStorage();
  oldCopy.clientId = () => Promise.resolve(clientId);
  const restored = await open({ storage: oldCopy });
  const outcome = take(restored.dispatch(openOrder(4)).outcome);
  await around.pass(10_000);
  expect(outcome.value?.accepted).toBe(true);
  expect(hub.state.order(orderId(4))).toBeDefined();
  expect(restored.clientId).not.toBe(clientId);
});

test('[H16] a command too large for a message is refused here and takes no number', async () => {
  const { around, hub, open } = buildWorld();
  const client = await open();
  const rolledBack: string[] = [];
  client.onRollBack(({ refusal }) => rolledBack.push(refusal.because));
  // Three bytes each: the characters alone would fit.
  const note = '€'.repeat(30_000);
  const { outcome, kept } = client.dispatch({
    type: 'order.note-line',
    orderId: orderId(1),
    lineId: lineId(1),
    note,
  });
  await kept;
  expect(await outcome).toMatchObject({ accepted: false, refused: 'malformed-command' });
  expect(rolledBack).toHaveLength(1);
  client.dispatch(openOrder(1));
  await around.pass(100);
  expect(hub.commandsHeard.map(({ no }) => no)).toEqual([1]);
});

test('[MC2] a device that cannot keep anything says so and still sends', async () => {
  const { around, hub, open } = buildWorld();
  const storage = new MemoryStorage();
  storage.addToQueue = () => Promise.reject(new Error('QuotaExceededError'));
  hub.reachable = false;
  const client = await open({ storage });
  const { kept, outcome } = client.dispatch(openOrder(1));
  const wasKept = take(kept);
  await around.pass(10);
  expect(client.status().storageProblem).toMatch(/cannot keep changes/);
  expect(wasKept).toEqual({});
  hub.reachable = true;
  await around.pass(10_000);
  expect(await outcome).toMatchObject({ accepted: true });
  expect('value' in wasKept).toBe(true);
});

test('[MC2] a tab whose queue was taken over stops and says where to go on', async () => {
  const { around, hub, open } = buildWorld();
  const storage = new MemoryStorage();
  const client = await open({ storage });
  await around.pass(10);
  storage.addToQueue = () => Promise.reject(new QueueTakenError());
  client.dispatch(openOrder(1));
  await around.pass(60_000);
  expect(client.status()).toMatchObject({ connection: 'DISCONNECTED' });
  expect(client.status().storageProblem).toMatch(/another tab/);
  expect(hub.commandsHeard).toEqual([]);
  expect(around.timersWaiting).toBe(0);
});

test('[H12] memory stays bounded: what is answered and shown is forgotten', async () => {
  const { around, open } = buildWorld();
  const storage = new MemoryStorage();
  const client = await open({ storage });
  await around.pass(10);
  const outcomes: Promise<Outcome>[] = [];
  for (let n = 1; n <= 100; n++) outcomes.push(client.dispatch(openOrder(n)).outcome);
  await around.pass(3_000);
  await Promise.all(outcomes);
  expect((await storage.loadQueue()).queue).toEqual([]);
  expect(client.pendingOrders().size).toBe(0);
});
