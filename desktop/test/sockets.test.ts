import { closeCodes } from '@fynlo/protocol/wire';
import { expect, test, vi } from 'vitest';
import { helloOf, newClientId, openTestHub, placeOrder, Wire } from './support/test-hub.ts';

test('[H11] nothing is said to a socket that has not said who it is', async () => {
  await using at = await openTestHub({ limits: { authTimeoutMs: 400 } });
  const silent = await Wire.open(at.hub.port);
  expect(await silent.closed).toBe(closeCodes.authenticationTimeout);
  expect(silent.messages).toMatchObject([{ type: 'error', code: 'authentication-timeout' }]);

  const eager = await Wire.open(at.hub.port);
  eager.command(1, placeOrder());
  expect(await eager.closed).toBe(closeCodes.authenticationRequired);

  const stranger = await Wire.open(at.hub.port);
  stranger.send(helloOf('not-a-token'));
  expect(await stranger.closed).toBe(closeCodes.authenticationFailed);
  expect(stranger.messages).toMatchObject([{ type: 'error', code: 'authentication-failed' }]);
});

test('[H11] a socket that answers no heartbeat is closed after three, one that does stays', async () => {
  const limits = { heartbeatIntervalMs: 300, heartbeatTimeoutMs: 100, heartbeatMissesMax: 3 };
  await using at = await openTestHub({ limits });
  const token = await at.join();
  const dead = await at.connect(token);
  const alive = await at.connect(token);
  alive.ws.on('message', (data) => {
    const message = JSON.parse((data as Buffer).toString()) as { type: string; n: number };
    if (message.type === 'ping') alive.send({ type: 'pong', n: message.n });
  });
  expect(await dead.closed).toBe(closeCodes.heartbeatTimeout);
  expect(dead.messages.filter(({ type }) => type === 'ping')).toHaveLength(3);
  expect(alive.ws.readyState).toBe(alive.ws.OPEN);
  await vi.waitFor(() =>
    expect(at.hub.context.live.stats()).toMatchObject({ open: 1, dropped: 1 }),
  );
});

test('[H11] five sockets a device and a hundred a hub, and no more', async () => {
  await using at = await openTestHub({ limits: { connectionsMax: 7, connectionsPerDeviceMax: 5 } });
  const [one, two] = [await at.join(), await at.join()];
  for (let i = 0; i < 5; i++) await at.connect(one);
  const sixth = await Wire.open(at.hub.port);
  sixth.send(helloOf(one));
  expect(await sixth.closed).toBe(closeCodes.tryAgainLater);
  expect(sixth.messages).toMatchObject([{ code: 'too-many-connections' }]);
  await at.connect(two);
  await at.connect(two);
  const eighth = await Wire.open(at.hub.port);
  eighth.send(helloOf(two));
  expect(await eighth.closed).toBe(closeCodes.tryAgainLater);
});

test('[H16] each kind of bad message has its code, and changes nothing', async () => {
  await using at = await openTestHub();
  const token = await at.join();
  const wire = await at.connect(token);
  const before = at.hub.context.log.head();
  const order = placeOrder();
  const [line] = order.lines;
  const said = async (message: unknown, code: string) => {
    wire.messages.length = 0;
    wire.send(message);
    await wire.until(
      (m) => ('code' in m && m.code === code) || ('refused' in m && m.refused === code),
    );
  };
  let no = 0;
  const command = (content: unknown) => ({ type: 'command', no: ++no, command: content, at: 0 });
  await said('{"type":', 'malformed-json');
  await said('[]', 'malformed-message');
  await said({ type: 'nonsense' }, 'malformed-message');
  await said(command({ type: 'order.eat' }), 'unknown-command');
  await said(command('order.send'), 'malformed-command');
  await said(command({ ...order, channel: 7 }), 'malformed-command');
  await said(command({ ...order, lines: [{ ...line, quantity: 0 }] }), 'malformed-command');
  await said(command({ ...order, lines: [{ ...line, priceMinor: 1 }] }), 'price-not-accepted');
  await said(command({ ...order, total: 1 }), 'price-not-accepted');
  await said(command(placeOrder(['no-such-dish'])), 'product-unknown');
  await said(command(placeOrder(['ribeye-280-g'])), 'too-few-options');
  await said(command({ ...order, tableId: 'nowhere' }), 'table-unknown');
  expect(at.hub.context.log.head()).toEqual(before);
  wire.command(++no, order);
  expect((await wire.answer(no)).type).toBe('ack');
});

test('[H16] a message too large closes its socket alone', async () => {
  await using at = await openTestHub();
  const token = await at.join();
  const [large, other] = [await at.connect(token), await at.connect(token)];
  large.send({ type: 'command', no: 1, command: { note: 'x'.repeat(70_000) }, at: 0 });
  expect(await large.closed).toBe(closeCodes.messageTooLarge);
  other.command(1, placeOrder());
  expect((await other.answer(1)).type).toBe('ack');
});

test('[H16] an old or unknown protocol is told which of the two to update', async () => {
  await using at = await openTestHub();
  const wire = await Wire.open(at.hub.port);
  wire.send({ ...helloOf(await at.join()), protocol: 0 });
  expect(await wire.closed).toBe(closeCodes.protocolNotSupported);
  expect(wire.messages).toMatchObject([{ code: 'protocol-not-supported', details: { wanted: 0 } }]);
});

test('[H16] a page of another origin cannot open a socket', async () => {
  await using at = await openTestHub();
  await expect(Wire.open(at.hub.port, { origin: 'http://evil.test' })).rejects.toThrow('403');
  await expect(Wire.open(at.hub.port, { origin: 'null' })).rejects.toThrow('403');
  const own = await Wire.open(at.hub.port, { origin: at.hub.url });
  own.ws.terminate();
});

test('[H16] one address cannot hold the door with sockets that say nothing', async () => {
  await using at = await openTestHub();
  const strangers = await Promise.all(Array.from({ length: 8 }, () => Wire.open(at.hub.port)));
  await expect(Wire.open(at.hub.port)).rejects.toThrow('503');
  for (const { ws } of strangers) ws.terminate();
  await vi.waitFor(async () => (await Wire.open(at.hub.port)).ws.terminate());
});

test('[H8] a station’s screen gets its own lines and nothing of the menu it did not ask for', async () => {
  await using at = await openTestHub();
  const token = await at.join('kitchen');
  const till = await at.connect(await at.join());
  const bar = await Wire.open(at.hub.port);
  bar.send({ ...helloOf(token), subscribe: ['station:bar'] });
  const snapshot = await bar.until(({ type }) => type === 'snapshot');
  expect(snapshot.type === 'snapshot' && Object.keys(snapshot.parts)).not.toContain('menu');
  till.command(1, placeOrder(['chips']));
  till.command(2, placeOrder(['kombucha']));
  await till.answer(2);
  await bar.until(({ type }) => type === 'events');
  const names = bar.messages.flatMap((m) =>
    m.type === 'events'
      ? m.events.flatMap((e) =>
          e.type === 'order.placed' ? e.payload.lines.map(({ name }) => name) : [],
        )
      : [],
  );
  expect(names).toEqual(['Kombucha']);
});

test('[H7] a socket that takes nothing is bounded, and catches up when it does', async () => {
  await using at = await openTestHub({ limits: { bufferedBytesMax: 20_000 } });
  const token = await at.join();
  const [writer, frozen] = [await at.connect(token), await at.connect(token)];
  frozen.ws.pause();
  const many = Array.from({ length: 60 }, () => 'chips');
  for (let no = 1; no <= 300; no++) writer.command(no, placeOrder(many));
  await writer.answer(300);
  const head = at.hub.context.log.head().seq;
  expect(frozen.messages.some((m) => m.type === 'events' && m.position.seq === head)).toBe(false);
  frozen.ws.resume();
  await frozen.until((m) => m.type === 'events' && m.position.seq === head);
  const seqs = frozen.messages.flatMap((m) =>
    m.type === 'events' ? m.events.map(({ seq }) => seq) : [],
  );
  expect(seqs).toEqual(seqs.map((_, i) => (seqs[0] ?? 0) + i));
});

test('[H12] a closing hub says that it goes', async () => {
  const at = await openTestHub();
  const wire = await at.connect(await at.join(), newClientId());
  await at[Symbol.asyncDispose]();
  expect(await wire.closed).toBe(closeCodes.goingAway);
});

test('[H11] a client that comes back ends the socket it left behind, which would count against it', async () => {
  await using at = await openTestHub({ limits: { connectionsPerDeviceMax: 1 } });
  const token = await at.join();
  const clientId = newClientId();
  const left = await at.connect(token, clientId);
  const back = await at.connect(token, clientId);
  expect(await left.closed).toBe(closeCodes.goingAway);
  back.command(1, placeOrder());
  expect((await back.answer(1)).type).toBe('ack');
  expect(at.hub.context.live.stats()).toMatchObject({ open: 1 });
});

test('[H7] frames, pings and pongs say what they follow, from the first frame a subscription gets', async () => {
  await using at = await openTestHub();
  const wire = await at.connect(await at.join());
  const begin = at.hub.context.log.head().seq;
  wire.command(1, placeOrder());
  wire.command(2, placeOrder());
  await wire.answer(2);
  wire.send({ type: 'ping', n: 7 });
  const pong = await wire.until(({ type }) => type === 'pong');
  const frames = wire.messages.filter((message) => message.type === 'events');
  expect(frames[0]).toMatchObject({ after: begin });
  const head = at.hub.context.log.head();
  expect(pong).toMatchObject({ n: 7, after: head.seq, position: head });
});
