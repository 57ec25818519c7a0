import type { RecordedEvent } from '@fynlo/domain';
import type { EventShapes } from '@fynlo/domain/upcast';
import { MemoryStorage } from '@fynlo/client/memory';
import { addLine, openOrder, orderId, sendOrder, tableEight } from '@fynlo/testing/builders';
import { buildWorld } from '@fynlo/testing/hub-double';
import { expect, test } from 'vitest';
import { Replica } from './replica.ts';

const newer = { type: 'order.teleported', version: 1 };

test('[I24] an event from a newer hub stops its order here, and nothing else', async () => {
  const { around, hub, open } = buildWorld();
  const client = await open();
  await around.pass(10);
  hub.decideHere(openOrder(1));
  hub.decideHere(openOrder(2));
  await around.pass(10);
  expect(client.status().problem).toBeNull();
  hub.recordNewer(`order:${orderId(1)}`, newer);
  await around.pass(10);

  expect(client.position(), 'it goes on replicating').toEqual(hub.head);
  expect(client.status()).toMatchObject({ connection: 'CONNECTED', current: true });
  expect(client.status().problem).toMatchObject({ code: 'update-needed' });
  expect(client.view().order(orderId(1)), 'what was known stays to be read').toBeDefined();
  const refused = client.dispatch(addLine(1, 1));
  expect(await refused.outcome).toMatchObject({ accepted: false, refused: 'update-needed' });
  const elsewhere = client.dispatch(addLine(2, 1));
  await around.pass(10);
  expect(await elsewhere.outcome).toMatchObject({ accepted: true });
  hub.decideHere({ type: 'table.seat', tableId: tableEight });
  await around.pass(10);
  expect(client.view().table(tableEight)?.status).toBe('seated');
});

test('[I24] a later version of an event that is known is not guessed at either', async () => {
  const { around, hub, open } = buildWorld();
  const client = await open();
  await around.pass(10);
  hub.recordNewer('menu', { type: 'menu.imported', version: 2 });
  await around.pass(10);
  expect(client.position()).toEqual(hub.head);
  expect(client.view().menu()?.menu.products.length).toBeGreaterThan(0);
  const { outcome } = client.dispatch(openOrder(1));
  expect(await outcome, 'every order stands on the menu').toMatchObject({
    refused: 'update-needed',
  });
});

test('[I24] what no screen here draws is passed over in silence', async () => {
  const { around, hub, open } = buildWorld();
  const client = await open();
  await around.pass(10);
  hub.recordNewer('stock:flour' as never, { type: 'stock.counted', version: 1 });
  await around.pass(10);
  expect(client.position()).toEqual(hub.head);
  expect(client.status().problem).toBeNull();
  const { outcome } = client.dispatch(openOrder(1));
  await around.pass(10);
  expect(await outcome).toMatchObject({ accepted: true });
});

test('[I25] the queue of a device that is too old is still taken, and its next connection mends it', async () => {
  const { around, hub, open } = buildWorld();
  const storage = new MemoryStorage();
  const before = await open({ storage });
  await around.pass(10);
  hub.decideHere(openOrder(1));
  await around.pass(2_000);
  hub.answersCommands = false;
  before.dispatch(addLine(1, 1));
  hub.recordNewer(`order:${orderId(1)}`, newer);
  await around.pass(2_000);
  expect(before.status()).toMatchObject({ unsent: 1, problem: { code: 'update-needed' } });
  await before.close();

  // Without its hub it still knows that it does not know.
  hub.reachable = false;
  hub.answersCommands = true;
  const after = await open({ storage });
  const { outcome } = after.dispatch(sendOrder(1));
  expect(await outcome).toMatchObject({ refused: 'update-needed' });

  // The hub has read the event itself: its snapshot is right.
  hub.reachable = true;
  await around.pass(5_000);
  const hellos = hub.heardMessages.filter((message) => message.type === 'hello');
  expect(hellos.at(-1)?.position).toBeNull();
  expect(after.status()).toMatchObject({ unsent: 0, problem: null });
  expect(hub.state.order(orderId(1))?.lines).toHaveLength(1);
  expect(after.view().order(orderId(1))).toEqual(hub.state.order(orderId(1)));
});

test('[I24] a device reads an event of an older version as today’s', () => {
  const shapes: EventShapes = {
    'table.seated': {
      version: 2,
      upcasters: { 1: (payload) => ({ covers: (payload as { guests: number }).guests }) },
    },
  };
  const replica = new Replica(shapes);
  const position = { historyId: 'h' as never, epoch: 1, seq: 0, hash: '' };
  replica.takeSnapshot({ type: 'snapshot', position, parts: {}, piece: 0, more: false });
  const old = {
    type: 'table.seated',
    version: 1,
    payload: { guests: 4 },
    seq: 1,
    stream: 'table:8',
    occurredAt: 5,
  } as unknown as RecordedEvent;
  const applied = replica.takeEvents({
    type: 'events',
    events: [old],
    after: 0,
    position: { ...position, seq: 1 },
    more: false,
  });
  expect(replica.state.table('8' as never)?.covers).toBe(4);
  expect(applied, 'what came is handed on as it came').toEqual([old]);
  expect(replica.notUnderstood.size).toBe(0);
});
