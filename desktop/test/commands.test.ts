import { partsOf } from '@fynlo/domain/restaurant';
import { commandSchemas } from '@fynlo/protocol/schema';
import * as fc from 'fast-check';
import { expect, test } from 'vitest';
import { Views } from '../hub/projections/views.ts';
import {
  helloOf,
  newClientId,
  openTestHub,
  placeOrder,
  Wire,
  type TestHub,
} from './support/test-hub.ts';

test('[H5] a command sent twice takes effect once and is answered the same', async () => {
  await using at = await openTestHub();
  const token = await at.join();
  const clientId = newClientId();
  const first = await at.connect(token, clientId);
  const command = placeOrder();
  first.command(1, command);
  const answer = await first.answer(1);
  expect(answer.type).toBe('ack');
  first.ws.terminate();
  const again = await at.connect(token, clientId);
  expect(await again.until(({ type }) => type === 'welcome')).toMatchObject({ lastCommandNo: 1 });
  again.command(1, command);
  expect(await again.answer(1)).toEqual(answer);
  expect([...at.hub.context.road.state.openOrders()]).toHaveLength(1);
});

test('[H5] twice in one turn is once as well', async () => {
  await using at = await openTestHub();
  const wire = await at.connect(await at.join());
  const command = placeOrder();
  wire.command(1, command);
  wire.command(1, command);
  await wire.until(() => wire.messages.filter(({ type }) => type === 'ack').length === 2);
  expect([...at.hub.context.road.state.openOrders()]).toHaveLength(1);
});

test('[H5] a refusal is recorded, and is the same after a restart', async () => {
  let at = await openTestHub();
  const token = await at.join();
  const clientId = newClientId();
  const wire = await at.connect(token, clientId);
  wire.command(1, placeOrder(['no-such-dish']));
  const refused = await wire.answer(1);
  expect(refused).toMatchObject({ type: 'refused', refused: 'product-unknown' });
  await at.hub.close();
  at = await openTestHub({}, { dataFolder: at.folder });
  const later = await at.connect(token, clientId);
  later.command(1, placeOrder());
  expect(await later.answer(1)).toEqual(refused);
  await at[Symbol.asyncDispose]();
});

test('[H5] a wish that was already so is answered the same again, whatever came after it', async () => {
  await using at = await openTestHub();
  const token = await at.join('kitchen');
  const clientId = newClientId();
  const kitchen = await at.connect(token, clientId);
  const soldOut = (productId: string) => ({ type: 'menu.eighty-six', productId, soldOut: true });
  kitchen.command(1, soldOut('chips'));
  await kitchen.answer(1);
  // Both in one group: the first leaves no event, and the second moves the log on.
  kitchen.command(2, soldOut('chips'));
  kitchen.command(3, soldOut('house-salad'));
  const answer = await kitchen.answer(2);
  await kitchen.answer(3);
  kitchen.ws.terminate();
  const again = await at.connect(token, clientId);
  again.command(2, soldOut('chips'));
  expect(await again.answer(2)).toEqual(answer);
});

test('[H5] a device that uses another’s client id cannot take its numbers', async () => {
  await using at = await openTestHub();
  const clientId = newClientId();
  const thief = await at.connect(await at.join('kitchen'), clientId);
  thief.command(1, placeOrder());
  expect(await thief.answer(1)).toMatchObject({ refused: 'not-permitted' });
  const phone = await at.connect(await at.join('phone'), clientId);
  phone.command(1, placeOrder());
  expect((await phone.answer(1)).type).toBe('ack');
  expect([...at.hub.context.road.state.openOrders()]).toHaveLength(1);
});

test('[H5] a skipped number is answered with where to go on, and changes nothing', async () => {
  await using at = await openTestHub();
  const wire = await at.connect(await at.join());
  const before = at.hub.context.log.head();
  wire.command(3, placeOrder());
  expect(await wire.until(({ type }) => type === 'resync')).toEqual({ type: 'resync', last: 0 });
  expect(at.hub.context.log.head()).toEqual(before);
});

test('[H7] a client that was away gets exactly what it missed, in order', async () => {
  await using at = await openTestHub();
  const token = await at.join();
  const writer = await at.connect(token);
  const watcher = await at.connect(token);
  const snapshot = await watcher.until((m) => m.type === 'snapshot' && !m.more);
  watcher.ws.terminate();
  for (let no = 1; no <= 30; no++) writer.command(no, placeOrder());
  await writer.answer(30);
  const back = await Wire.open(at.hub.port);
  if (snapshot.type !== 'snapshot') throw new Error('not a snapshot');
  back.send({ ...helloOf(token), position: snapshot.position });
  await back.until((m) => m.type === 'events' && !m.more);
  const seqs = back.messages.flatMap((m) =>
    m.type === 'events' ? m.events.map(({ seq }) => seq) : [],
  );
  const head = at.hub.context.log.head().seq;
  const missed = Array.from(
    { length: head - snapshot.position.seq },
    (_, i) => snapshot.position.seq + 1 + i,
  );
  expect(seqs).toEqual(missed);
});

test('[H7] a position of another history is reset, and one far behind gets a snapshot', async () => {
  await using at = await openTestHub({ limits: { tailEventsMax: 5 } });
  const token = await at.join();
  const start = at.hub.context.log.head();
  const writer = await at.connect(token);
  for (let no = 1; no <= 10; no++) writer.command(no, placeOrder());
  await writer.answer(10);
  const said = async (position: object) => {
    const wire = await Wire.open(at.hub.port);
    wire.send({ ...helloOf(token), position });
    const welcome = await wire.until(({ type }) => type === 'welcome');
    await wire.until((m) => m.type === 'snapshot' && !m.more);
    return welcome.type === 'welcome' ? welcome.catchUp : '';
  };
  expect(await said(start)).toBe('snapshot');
  expect(await said({ ...start, historyId: 'another' })).toBe('reset');
  expect(await said({ ...start, hash: 'f'.repeat(64) })).toBe('reset');
  expect(await said({ ...start, seq: 1_000_000 })).toBe('reset');
});

test('[H2] replaying the log gives the views, before and after a restart', async () => {
  let at = await openTestHub();
  const wire = await at.connect(await at.join());
  const orders = Array.from({ length: 12 }, () => placeOrder());
  let no = 0;
  for (const order of orders) wire.command(++no, order);
  for (const { orderId, lines } of orders.slice(0, 6)) {
    const lineIds = lines.map(({ lineId }) => lineId);
    wire.command(++no, { type: 'kitchen.bump', orderId, lineIds });
  }
  for (const { orderId } of orders.slice(0, 3))
    wire.command(++no, { type: 'order.complete', orderId });
  wire.command(++no, { type: 'menu.eighty-six', productId: 'chips', soldOut: true });
  await wire.answer(no);
  const live = stateOf(at);
  const { db, log } = at.hub.context;
  expect(log.firstBrokenSince(0)).toBeUndefined();
  const views = new Views(db, log);
  views.rebuild();
  expect(JSON.stringify(partsOf(views.load()))).toBe(live);
  await at.hub.close();
  at = await openTestHub({}, { dataFolder: at.folder });
  expect(stateOf(at)).toBe(live);
  await at[Symbol.asyncDispose]();
});

test('[H2] an event changed on the disk is found and named when the hub opens', async () => {
  const at = await openTestHub();
  const wire = await at.connect(await at.join());
  wire.command(1, placeOrder());
  await wire.answer(1);
  const { db, log } = at.hub.context;
  const { seq } = log.head();
  expect(() => db.prepare('UPDATE event SET actor = actor').run()).toThrow('never changed');
  expect(() => db.prepare('DELETE FROM event').run()).toThrow('never deleted');
  db.exec('DROP TRIGGER event_is_never_changed');
  db.prepare(
    `UPDATE event SET payload = replace(payload, 'Chips', 'Chops') WHERE type = 'order.placed'`,
  ).run();
  await at.hub.close();
  await expect(openTestHub({}, { dataFolder: at.folder })).rejects.toThrow(
    /is damaged \(event \d+ is not/,
  );
  expect(seq).toBeGreaterThan(0);
});

test('[H4] nothing is answered or shown when the disk did not say that it was written', async () => {
  const unknown: unknown[] = [];
  await using at = await openTestHub({ onOutcomeUnknown: (error) => unknown.push(error) });
  const token = await at.join();
  const [writer, watcher] = [await at.connect(token), await at.connect(token)];
  const before = stateOf(at);
  // The planted fault: the commit itself fails as a dying disk makes it fail.
  const { db } = at.hub.context;
  db.exec(
    `CREATE TRIGGER dying BEFORE INSERT ON event BEGIN SELECT RAISE (ABORT, 'disk I/O error'); END`,
  );
  writer.command(1, placeOrder());
  await new Promise((resolve) => setTimeout(resolve, 200));
  expect(unknown).toHaveLength(1);
  expect(writer.messages.some(({ type }) => type === 'ack')).toBe(false);
  expect(watcher.messages.some(({ type }) => type === 'events')).toBe(false);
  expect(stateOf(at)).toBe(before);
});

test('[H4] a full disk refuses for now, keeps everything, and goes on when there is room', async () => {
  await using at = await openTestHub();
  const wire = await at.connect(await at.join());
  wire.command(1, placeOrder());
  await wire.answer(1);
  const { db } = at.hub.context;
  const pages = Number(db.pragma('page_count', { simple: true }));
  db.pragma(`max_page_count = ${pages}`);
  let no = 1;
  let full = false;
  while (!full && no < 400) {
    wire.command(++no, placeOrder(Array.from({ length: 20 }, () => 'chips')));
    full = (await wire.answer(no)).type === 'cannot-now';
  }
  expect(full, 'the disk really was full').toBe(true);
  expect(wire.messages.at(-1)).toMatchObject({ type: 'cannot-now', no, code: 'disk-full' });
  const before = stateOf(at);
  db.pragma('max_page_count = 1000000');
  wire.messages.length = 0;
  wire.command(no, placeOrder());
  expect(await wire.answer(no)).toMatchObject({ type: 'ack' });
  expect(JSON.parse(stateOf(at)).orders).toHaveLength(JSON.parse(before).orders.length + 1);
});

test('[H6] two editors of one line: the second is told what the first made of it', async () => {
  await using at = await openTestHub();
  const token = await at.join();
  const [one, two] = [await at.connect(token), await at.connect(token)];
  const { orderId, lines } = placeOrder();
  const lineId = lines[0]?.lineId;
  one.command(1, { type: 'order.open', orderId, channel: 'dine-in', tableId: '7' });
  one.command(2, { type: 'order.add-lines', orderId, lines });
  await one.answer(2);
  one.command(3, { type: 'order.change-quantity', orderId, lineId, quantity: 3, lineVersion: 1 });
  await one.answer(3);
  two.command(1, { type: 'order.change-quantity', orderId, lineId, quantity: 5, lineVersion: 1 });
  expect(await two.answer(1)).toMatchObject({
    type: 'refused',
    refused: 'line-changed',
    details: { quantity: 3, lineVersion: 2 },
  });
});

test('[S1] a phone may not void what the kitchen has, and a kitchen screen may not order', async () => {
  await using at = await openTestHub();
  const phone = await at.connect(await at.join('phone'));
  const kitchen = await at.connect(await at.join('kitchen'));
  const order = placeOrder();
  phone.command(1, order);
  expect((await phone.answer(1)).type).toBe('ack');
  const { orderId, lines } = order;
  phone.command(2, { type: 'order.void-line', orderId, lineId: lines[0]?.lineId, reason: 'x' });
  expect(await phone.answer(2)).toMatchObject({ refused: 'not-permitted' });
  kitchen.command(1, placeOrder());
  expect(await kitchen.answer(1)).toMatchObject({ refused: 'not-permitted' });
});

test('[H16] whatever is thrown at the socket, the hub stays up and its views equal its log', async () => {
  await using at = await openTestHub();
  const token = await at.join();
  // Forty orders to hit, each with the same line ids, because a line is its order's own.
  const first = placeOrder();
  const known = Array.from({ length: 40 }, () => ({ ...first, orderId: placeOrder().orderId }));
  const lineIds = first.lines.map(({ lineId }) => lineId);
  const seed = await at.connect(token);
  known.forEach((order, i) => seed.command(i + 1, order));
  await seed.answer(known.length);
  const before = at.hub.context.log.head().seq;
  const field = {
    orderId: fc.oneof(
      { weight: 3, arbitrary: fc.constantFrom(...known.map((order) => order.orderId)) },
      fc.uuid(),
      fc.string(),
    ),
    lineId: fc.oneof(fc.constantFrom(...lineIds), fc.uuid()),
    lineIds: fc.array(fc.oneof(fc.constantFrom(...lineIds), fc.uuid()), {
      minLength: 1,
      maxLength: 2,
    }),
    lines: fc.array(
      fc.record({
        lineId: fc.uuid(),
        productId: fc.constantFrom('chips', 'house-salad', 'ribeye-280-g', '__proto__'),
        quantity: fc.integer({ min: 0, max: 100 }),
        options: fc.constant([]),
      }),
      { minLength: 1, maxLength: 3 },
    ),
    quantity: fc.integer({ min: -1, max: 100 }),
    lineVersion: fc.integer({ min: 1, max: 4 }),
    reason: fc.string(),
    note: fc.string(),
    channel: fc.constantFrom('dine-in', 'takeaway', 'boat'),
    tableId: fc.constantFrom('7', '8', 'nowhere'),
    productId: fc.constantFrom('chips', 'constructor', 'no-such-dish'),
    soldOut: fc.boolean(),
  };
  // Mostly what a device could send, now and then with a field too many or of the wrong kind.
  const command = fc.constantFrom(...commandTypes).chain((type) =>
    fc.record({
      type: fc.constant(type),
      ...Object.fromEntries(
        Object.keys(commandSchemas[type].shape)
          .filter((name) => name in field)
          .map((name) => [name, field[name as keyof typeof field] as fc.Arbitrary<unknown>]),
      ),
    }),
  );
  const odd = fc.tuple(
    command,
    fc.dictionary(fc.constantFrom('priceMinor', 'note', 'type', '__proto__'), fc.jsonValue()),
  );
  let no = 0;
  const message = fc.oneof(
    { weight: 6, arbitrary: command.map((each) => () => asMessage(++no, each)) },
    odd.map(
      ([each, more]) =>
        () =>
          asMessage(++no, { ...each, ...more }),
    ),
    fc.json().map((each) => () => each),
    fc.string().map((each) => () => each),
  );
  await fc.assert(
    fc.asyncProperty(fc.array(message, { maxLength: 12 }), async (messages) => {
      no = 0;
      const wire = await at.connect(token);
      for (const make of messages) wire.send(make());
      wire.send({ type: 'ping', n: 1 });
      await wire.until(({ type }) => type === 'pong');
      wire.ws.terminate();
    }),
    { numRuns: 400 },
  );
  expect(at.hub.context.log.head().seq - before, 'much of it was accepted').toBeGreaterThan(30);
  const live = stateOf(at);
  const views = new Views(at.hub.context.db, at.hub.context.log);
  views.rebuild();
  expect(JSON.stringify(partsOf(views.load()))).toBe(live);
});

const commandTypes = Object.keys(commandSchemas) as (keyof typeof commandSchemas)[];

function asMessage(no: number, command: unknown): string {
  return JSON.stringify({ type: 'command', no, command, at: 0 });
}

function stateOf(at: TestHub): string {
  return JSON.stringify(partsOf(at.hub.context.road.state));
}

test('[I21] a clock that is set a day on and back gives no order number twice', async () => {
  let now = Date.UTC(2026, 10, 20, 19, 0);
  await using at = await openTestHub({ now: () => now });
  const wire = await at.connect(await at.join());
  let no = 0;
  for (const days of [0, 0, 1, 0, -1, 0]) {
    now = Date.UTC(2026, 10, 20 + days, 19, 0);
    wire.command(++no, placeOrder());
    await wire.answer(no);
  }
  const orders = [...at.hub.context.road.state.openOrders()];
  const numbers = orders.map(({ businessDay, number }) => `${businessDay} ${number}`);
  expect(numbers).toHaveLength(6);
  expect(new Set(numbers).size).toBe(6);
});
