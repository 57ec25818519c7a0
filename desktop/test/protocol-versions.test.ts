import { closeCodes, protocolVersion, protocolVersionMin } from '@fynlo/protocol/wire';
import { MemoryStorage } from '@fynlo/client/memory';
import { openClient } from '@fynlo/client/connection';
import { v7 as uuidv7 } from 'uuid';
import { WebSocket } from 'ws';
import { expect, test } from 'vitest';
import { helloOf, newClientId, openTestHub, placeOrder, Wire } from './support/test-hub.ts';

const newest = 7;
/** A hub of some later year: it speaks version 7, and 6. */
const laterHub = { protocol: { min: newest - 1, max: newest } };

test('[I24] a hub speaks its version and the one before, and answers in what it was asked', async () => {
  await using at = await openTestHub(laterHub);
  const token = await at.join();
  for (const protocol of [newest, newest - 1]) {
    const wire = await Wire.open(at.hub.port);
    wire.send({ ...helloOf(token), protocol });
    const welcome = await wire.until(({ type }) => type === 'welcome');
    expect(welcome).toMatchObject({ protocol });
    await wire.until((m) => m.type === 'snapshot' && !m.more);
    wire.command(1, placeOrder());
    expect(await wire.answer(1)).toMatchObject({ type: 'ack' });
    wire.ws.terminate();
  }
});

test('[I24] older than that, or newer than the hub, is told which of the two to update', async () => {
  await using at = await openTestHub(laterHub);
  const token = await at.join();
  for (const protocol of [newest - 2, newest + 1]) {
    const wire = await Wire.open(at.hub.port);
    wire.send({ ...helloOf(token), protocol });
    expect(await wire.closed).toBe(closeCodes.protocolNotSupported);
    expect(wire.messages).toMatchObject([
      {
        code: 'protocol-not-supported',
        details: { wanted: protocol, min: newest - 1, max: newest },
      },
    ]);
  }
});

test('[I24] the versions the hub ships with are the newest and at most one before', () => {
  expect(protocolVersion - protocolVersionMin).toBeLessThanOrEqual(1);
  expect(protocolVersionMin).toBeGreaterThanOrEqual(1);
});

test('[I25] a device the hub is too new for keeps its queue, and sends it once both speak alike', async () => {
  const storage = new MemoryStorage();
  let at = await openTestHub({ protocol: { min: protocolVersion + 1, max: protocolVersion + 2 } });
  const token = await at.join('phone');
  const deviceId = [...at.hub.context.road.state.devices()][0]?.id;
  if (!deviceId) throw new Error('Nobody joined.');
  const open = () =>
    openClient({
      url: `ws://127.0.0.1:${at.hub.port}/api/v1/live`,
      token,
      deviceId,
      build: 'test',
      storage,
      openSocket: (url) => new WebSocket(url) as never,
    });
  const order = placeOrder();
  const early = await open();
  await early.dispatch(order).kept;
  await until(() => early.status().problem !== null);
  expect(early.status()).toMatchObject({
    connection: 'RECONNECTING',
    unsent: 1,
    problem: { code: 'protocol-not-supported' },
  });
  await early.close();
  await at.hub.close();

  at = await openTestHub({}, { dataFolder: at.folder });
  const late = await open();
  await until(() => late.status().unsent === 0);
  expect([...at.hub.context.road.state.openOrders()].map(({ id }) => id)).toEqual([order.orderId]);
  await late.close();
  await at[Symbol.asyncDispose]();
});

test('[I25] a program that is too old for the socket can still hand in its queue by HTTP', async () => {
  await using at = await openTestHub(laterHub);
  const token = await at.join();
  const clientId = newClientId();
  const answer = await at.call('/api/v1/commands', {
    token,
    body: { clientId, no: 1, command: placeOrder(['chips'], uuidv7() as never) },
  });
  expect(answer).toMatchObject({ status: 200, body: { no: 1, accepted: true } });
});

async function until(isSo: () => boolean): Promise<void> {
  const deadline = Date.now() + 5_000;
  while (!isSo()) {
    if (Date.now() > deadline) throw new Error('It did not come to that.');
    await new Promise((resolve) => setTimeout(resolve, 10));
  }
}
