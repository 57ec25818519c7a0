import { openOrder, orderId } from '@fynlo/testing/builders';
import { buildWorld } from '@fynlo/testing/hub-double';
import { wireError } from '@fynlo/protocol/wire';
import { expect, test } from 'vitest';
import type { ConnectionState } from './client.ts';

test('[H12] a client goes through CONNECTING and AUTHENTICATING to CONNECTED', async () => {
  const { around, open } = buildWorld();
  const client = await open();
  const seen: ConnectionState[] = [client.status().connection];
  client.onChange(() => seen.push(client.status().connection));
  await around.pass(10);
  expect([...new Set(seen)]).toEqual(['CONNECTING', 'AUTHENTICATING', 'CONNECTED']);
  expect(client.status()).toMatchObject({ current: true, retryAt: null, problem: null });
});

test('[H11] the first message is hello, and the token is in no address', async () => {
  const { around, hub, open } = buildWorld();
  const urls: string[] = [];
  const client = await open({
    token: 'secret',
    openSocket: (url) => {
      urls.push(url);
      return hub.openSocket(url);
    },
  });
  await around.pass(10);
  expect(hub.heardMessages[0]).toMatchObject({
    type: 'hello',
    token: 'secret',
    clientId: client.clientId,
    position: null,
  });
  expect(urls.join()).not.toContain('secret');
});

test('[H12] while the hub is away the tries back off, and success resets them', async () => {
  const { around, hub, open } = buildWorld();
  hub.reachable = false;
  const client = await open();
  const waits: number[] = [];
  for (let i = 0; i < 7; i++) {
    await around.pass(2);
    const { retryAt, connection } = client.status();
    expect(connection).toBe('RECONNECTING');
    const wait = (retryAt ?? 0) - around.now();
    waits.push(wait);
    await around.pass(wait);
  }
  [1, 2, 4, 8, 16, 30, 30].forEach((seconds, i) => {
    expect(Math.abs((waits[i] ?? 0) - seconds * 1_000)).toBeLessThanOrEqual(seconds * 200 + 2);
  });

  hub.reachable = true;
  await around.pass(40_000);
  expect(client.status().connection).toBe('CONNECTED');
  hub.cutAll();
  const { retryAt } = client.status();
  expect((retryAt ?? 0) - around.now()).toBeLessThanOrEqual(1_200);
});

test('[H12] the network coming back is tried at once, without waiting for the timer', async () => {
  const { around, hub, open } = buildWorld();
  hub.reachable = false;
  const client = await open();
  await around.pass(20_000);
  expect((client.status().retryAt ?? 0) - around.now()).toBeGreaterThan(1_000);
  hub.reachable = true;
  around.nudge();
  await around.pass(10);
  expect(client.status().connection).toBe('CONNECTED');
});

test('[H12] a person can try at once', async () => {
  const { around, hub, open } = buildWorld();
  hub.reachable = false;
  const client = await open();
  await around.pass(20_000);
  hub.reachable = true;
  client.reconnectNow();
  await around.pass(10);
  expect(client.status().connection).toBe('CONNECTED');
});

test('[H12] a kitchen screen notices within 3 s that its hub is gone', async () => {
  const { around, hub, open } = buildWorld();
  const client = await open({ kitchenPing: true });
  await around.pass(10_000);
  expect(client.status().connection).toBe('CONNECTED');
  hub.muteAll();
  const mutedAt = around.now();
  await around.pass(2_000);
  expect(client.status().connection).toBe('CONNECTED');
  await around.pass(1_010);
  expect(client.status().connection).toBe('RECONNECTING');
  expect(client.status().lastHeardAt ?? 0).toBeLessThanOrEqual(mutedAt);
  await around.pass(1_500);
  expect(client.status().connection).toBe('CONNECTED');
});

test('[H12] a till gives a silent hub 7.5 s, and a hub that answers is never given up', async () => {
  const { around, hub, open } = buildWorld();
  const client = await open();
  const states: ConnectionState[] = [];
  client.onChange(() => states.push(client.status().connection));
  await around.pass(120_000);
  expect(states).not.toContain('RECONNECTING');
  hub.muteAll();
  while (client.status().connection === 'CONNECTED') await around.pass(100);
  const { lastHeardAt } = client.status();
  expect(around.now() - (lastHeardAt ?? 0)).toBeGreaterThanOrEqual(7_500);
  expect(around.now() - (lastHeardAt ?? 0)).toBeLessThan(15_200);
});

test('[H12] a device that slept asks whether the hub is there before it gives it up', async () => {
  const { around, hub, open } = buildWorld();
  const client = await open();
  await around.pass(10);
  await around.sleep(600_000);
  await around.pass(100);
  expect(client.status().connection).toBe('CONNECTED');

  hub.muteAll();
  around.nudge();
  await around.pass(2_010);
  expect(client.status().connection).toBe('RECONNECTING');
});

test('[H11] it answers the hub’s pings', async () => {
  const { around, hub, open } = buildWorld();
  await open();
  await around.pass(10);
  hub.pingAll();
  await around.pass(10);
  expect(hub.heardMessages).toContainEqual({ type: 'pong', n: 1 });
});

test('[H11] a device that is turned away keeps its queue and waits to be joined again', async () => {
  const { around, hub, open } = buildWorld();
  const client = await open();
  await around.pass(10);
  const error = wireError('authentication-failed');
  hub.turnAway = { code: 4003, error };
  hub.cutAll();
  await around.pass(2_000);
  expect(client.status()).toMatchObject({ connection: 'DISCONNECTED', problem: error });

  const { outcome } = client.dispatch(openOrder(1));
  const hellos = hub.heardMessages.filter(({ type }) => type === 'hello').length;
  around.nudge();
  await around.pass(300_000);
  expect(hub.heardMessages.filter(({ type }) => type === 'hello')).toHaveLength(hellos);

  hub.turnAway = null;
  client.renewToken({ token: 'new', deviceId: client.deviceId });
  await around.pass(10);
  expect(client.status()).toMatchObject({ connection: 'CONNECTED', problem: null, unsent: 0 });
  expect(await outcome).toMatchObject({ accepted: true });
});

test('[H12] a device that is too old says so, and comes back once the hub has been updated', async () => {
  const { around, hub, open } = buildWorld();
  hub.turnAway = { code: 1002, error: wireError('protocol-not-supported', { wanted: 1 }) };
  const client = await open();
  await around.pass(10);
  expect(client.status().problem?.code).toBe('protocol-not-supported');
  hub.turnAway = null;
  await around.pass(40_000);
  expect(client.status()).toMatchObject({ connection: 'CONNECTED', problem: null });
});

test('[H12] closing leaves no timer, no listener and no socket behind', async () => {
  for (const passed of [0, 1, 3, 10, 30_000]) {
    const { around, hub, open } = buildWorld();
    const client = await open();
    await around.pass(passed);
    client.dispatch(openOrder(1));
    await client.close();
    expect([around.nudgeListeners, hub.sockets.size]).toEqual([0, 0]);
    // What the doubles' own network still carries is not the client's.
    await around.pass(1);
    expect(around.timersWaiting, `after ${passed} ms`).toBe(0);
  }
});

test('[H12] closing while the hub is away ends the tries', async () => {
  const { around, hub, open } = buildWorld();
  hub.reachable = false;
  const client = await open();
  await around.pass(5_000);
  await client.close();
  expect(around.timersWaiting).toBe(0);
  hub.reachable = true;
  await around.pass(60_000);
  expect(hub.heardMessages).toEqual([]);
});

test('[H13] a hub of an older epoch is not listened to', async () => {
  const { around, hub, open } = buildWorld();
  const client = await open();
  hub.epoch = 2;
  await around.pass(10);
  hub.epoch = 1;
  hub.decideHere(openOrder(9));
  hub.cutAll();
  const position = client.position();
  await around.pass(5_000);
  expect(client.confirmed().order(orderId(9))).toBeUndefined();
  expect(client.position()).toEqual(position);
  expect(client.status().connection).not.toBe('CONNECTED');
});

test('[H12] listeners are told at most once a turn, and never after they stopped', async () => {
  const { around, open } = buildWorld();
  const client = await open();
  await around.pass(2_000);
  let told = 0;
  const stop = client.onChange(() => told++);
  client.dispatch(openOrder(1));
  client.dispatch(openOrder(2));
  const { revision } = { revision: client.revision() };
  await Promise.resolve();
  expect(told).toBe(1);
  stop();
  await around.pass(100);
  expect(told).toBe(1);
  expect(client.revision()).toBeGreaterThan(revision);
});

test('[I28] a clock that is set back a day delays nothing, and times on the screen stay right', async () => {
  const { around, hub, open } = buildWorld();
  const client = await open();
  await around.pass(100);
  hub.reachable = false;
  hub.cutAll();
  await around.pass(10);
  around.setClock(-24 * 3_600_000);
  await around.pass(100);
  hub.reachable = true;
  await around.pass(5_000);
  expect(client.status()).toMatchObject({ connection: 'CONNECTED', current: true });
  around.setClock(3 * 3_600_000);
  hub.pingAll();
  await around.pass(20);
  expect(client.status().clockOffsetMs / 3_600_000).toBeCloseTo(-3);
  await client.close();
});

test('[I17] during a long wait a device knocks, and is back within seconds of its hub', async () => {
  const { around, hub, open } = buildWorld();
  let knocks = 0;
  const surroundings = Object.assign(around, {
    knock: () => {
      knocks++;
      return Promise.resolve(hub.reachable);
    },
  });
  const client = await open({ surroundings });
  await around.pass(100);
  hub.reachable = false;
  hub.cutAll();
  await around.pass(10 * 60_000);
  expect(knocks).toBeGreaterThan(100);
  hub.reachable = true;
  await around.pass(5_000);
  expect(client.status()).toMatchObject({ connection: 'CONNECTED', current: true });
  const before = knocks;
  await around.pass(60_000);
  expect(knocks).toBe(before);
  await client.close();
});
