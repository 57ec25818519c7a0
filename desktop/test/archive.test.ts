import { existsSync, readdirSync, readFileSync, renameSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { OrderId } from '@fynlo/domain';
import { partsOf } from '@fynlo/domain/restaurant';
import { tableSeven } from '@fynlo/testing/builders';
import { expect, onTestFinished, test } from 'vitest';
import { ArchiveUnreadableError } from '../hub/archive/archive-file.ts';
import { Views } from '../hub/projections/views.ts';
import { clientNo, dayMs, OldRestaurant, placeFish } from './support/old-restaurant.ts';

const days = 90;
const guests = 3;

/** Ninety days of three guests, and one who still sits there. */
async function afterNinetyDays(): Promise<{ at: OldRestaurant; orderIds: OrderId[] }> {
  const at = await OldRestaurant.build();
  onTestFinished(() => at.remove());
  const orderIds: OrderId[] = [];
  for (let day = 0; day < days; day++) {
    orderIds.push(...(await at.oneDay(guests)));
    at.nextDay();
  }
  const open = placeFish();
  await at.send(clientNo(2), open);
  return { at, orderIds: [...orderIds, open.orderId] };
}

test('[I27] old days move to an archive, and nothing else changes', async () => {
  const { at, orderIds } = await afterNinetyDays();
  const before = {
    digest: at.digest(),
    head: at.log.head(),
    log: at.wholeLog(),
    orders: orderIds.map((id) => at.views.foldOrder(id)),
    closed: at.views.orderIds('closed', Number.MAX_SAFE_INTEGER, 1_000),
    hot: at.hotEvents(),
  };
  const done = await at.archiver().run();
  // 90 days and today; today and the sixty before it stay.
  expect(done.files).toBe(1);
  expect(at.hotEvents()).toBe(before.hot - done.events);
  expect(done.events).toBeGreaterThan(days * guests);
  for (const reopened of [false, true]) {
    if (reopened) at.reopen();
    expect(at.digest()).toBe(before.digest);
    expect(at.log.head()).toEqual(before.head);
    expect(at.wholeLog()).toEqual(before.log);
    expect(at.log.firstBrokenSince(0)).toBeUndefined();
    expect(orderIds.map((id) => at.views.foldOrder(id))).toEqual(before.orders);
    expect(at.views.orderIds('closed', Number.MAX_SAFE_INTEGER, 1_000)).toEqual(before.closed);
  }
  const views = new Views(at.db, at.log);
  views.rebuild();
  expect(JSON.stringify(partsOf(views.load()))).toBe(before.digest);
  expect(views.orderIds('open', Number.MAX_SAFE_INTEGER, 1_000)).toHaveLength(1);
  expect(views.orderIds('closed', Number.MAX_SAFE_INTEGER, 1_000)).toEqual(before.closed);
});

test('[I27] sixty days stay, the day of an open order stays, and what is held nowhere else stays', async () => {
  const { at } = await afterNinetyDays();
  const heldUpTo = 100;
  await at.archiver({ heldElsewhere: { upTo: () => heldUpTo } }).run();
  expect(at.log.archives.upTo()).toBeLessThanOrEqual(heldUpTo);
  expect(at.log.archives.upTo()).toBeGreaterThan(0);
  await at.archiver({ heldElsewhere: { upTo: () => 0 } }).run();
  expect(at.log.archives.upTo()).toBeLessThanOrEqual(heldUpTo);

  await at.archiver().run();
  const oldest = at.db
    .prepare('SELECT min(business_day), max(business_day) FROM order_view')
    .raw()
    .get() as [string, string];
  expect((Date.parse(oldest[1]) - Date.parse(oldest[0])) / dayMs).toBe(60);

  const open = placeFish();
  await at.send(clientNo(1), open);
  const { seq } = at.log.head();
  for (let day = 0; day < 100; day++) {
    at.nextDay();
    await at.oneDay(1);
  }
  await at.archiver().run();
  expect(at.log.archives.upTo()).toBeLessThan(seq);
  expect(at.log.archives.upTo(), 'the days before it may go').toBeGreaterThan(seq - 300);
  await at.send(clientNo(1), { type: 'order.complete', orderId: open.orderId });
  await at.archiver().run();
  expect(at.log.archives.upTo(), 'it is gone the day before its first guest').toBeLessThan(seq);
});

test('[I28] a clock that was a year ahead for an hour keeps nothing back', async () => {
  const at = await OldRestaurant.build();
  onTestFinished(() => at.remove());
  await at.oneDay(2);
  const { now } = at;
  at.now += 365 * dayMs;
  await at.oneDay(1);
  at.now = now;
  const { seq } = at.log.head();
  for (let day = 0; day < 90; day++) {
    at.nextDay();
    await at.oneDay(1);
  }
  await at.archiver().run();
  expect(at.log.archives.upTo()).toBeGreaterThan(seq);
});

test('[H5] a retry of an archived command gets its answer, inside the window and long after', async () => {
  const at = await OldRestaurant.build();
  onTestFinished(() => at.remove());
  const client = clientNo(1);
  const place = placeFish();
  const { orderId } = place;
  const lineIds = place.lines.map(({ lineId }) => lineId);
  const first = [
    await at.send(client, place),
    await at.send(client, { type: 'order.send', orderId }),
    await at.send(client, { type: 'order.serve', orderId, lineIds }),
    await at.send(client, { type: 'order.complete', orderId }),
  ];
  expect(first.map(({ kind }) => kind)).toEqual(['accepted', 'refused', 'accepted', 'accepted']);
  const answers = () =>
    Promise.all(first.map((_, i) => at.sendAgain(client, i + 1, placeFish(orderId))));
  for (let day = 0; day < 3; day++) {
    at.nextDay();
    await at.oneDay(2, clientNo(2));
  }
  await at.archiver({ keepDays: 1 }).run();
  const inHot = () =>
    at.db
      .prepare(
        'SELECT count(*) FROM recorded_result JOIN client ON ref = client_ref WHERE client_id = ?',
      )
      .pluck()
      .get(client);
  expect(at.log.archives.upTo()).toBeGreaterThan(5);
  expect(inHot(), 'kept for those who ask within thirty days').toBe(4);
  expect(await answers()).toEqual(first);

  // The client goes on for long, so that its first commands are none of its last.
  for (let day = 0; day < 40; day++) {
    at.nextDay();
    await at.oneDay(2, client);
  }
  await at.archiver({ keepDays: 1 }).run();
  const kept = inHot();
  const known = at.log.lastCommandNo({ clientId: client, device: hubDevice });
  expect(known).toBe(4 + 40 * 2 * 4);
  expect(kept).toBeLessThan(known);
  expect(await answers()).toEqual(first);
  at.reopen();
  expect(await answers()).toEqual(first);
  expect(at.log.lastCommandNo({ clientId: client, device: hubDevice })).toBe(known);
  expect(await at.sendAgain(client, known + 2, placeFish())).toMatchObject({ kind: 'resync' });
});

const hubDevice = '00000000-0000-7000-8000-000000000000' as never;

test('[H5] the last number of a client that never came back is known without its events', async () => {
  const at = await OldRestaurant.build();
  onTestFinished(() => at.remove());
  const gone = clientNo(1);
  await at.oneDay(50, gone);
  await at.send(gone, { type: 'table.clean', tableId: tableSeven });
  for (let day = 0; day < 70; day++) {
    at.nextDay();
    await at.oneDay(1, clientNo(2));
  }
  await at.archiver({ keepDays: 20 }).run();
  // Should the answers themselves go one day, the number must not.
  at.db.prepare('DELETE FROM recorded_result').run();
  at.reopen();
  expect(at.log.lastCommandNo({ clientId: gone, device: hubDevice })).toBe(201);
});

test('[H2] nobody but the archiver may delete an event, and only what a checked file holds', async () => {
  const { at } = await afterNinetyDays();
  await at.archiver().run();
  const upTo = at.log.archives.upTo();
  const { db } = at;
  expect(() => db.prepare('DELETE FROM event WHERE seq = ?').run(upTo + 1)).toThrow(
    'never deleted',
  );
  expect(() => db.prepare('UPDATE archived SET up_to_seq = up_to_seq + 1').run()).toThrow(
    'only as far',
  );
  expect(() => db.prepare('UPDATE archived SET up_to_seq = up_to_seq - 1').run()).toThrow(
    'only as far',
  );
  expect(() => db.prepare('DELETE FROM archived').run()).toThrow('never removed');
  expect(() => db.prepare('DELETE FROM archive_file').run()).toThrow('never forgotten');
  expect(() =>
    db
      .prepare(`INSERT INTO archive_file VALUES (?, ?, x'', 'made-up.db', 0)`)
      .run(upTo + 5, upTo + 9),
  ).toThrow('begins where');
});

test('[H14] an archive with flipped bytes is found before one event is removed', async () => {
  const { at } = await afterNinetyDays();
  const before = at.hotEvents();
  const flip = (step: string) => {
    if (step !== 'copied') return Promise.resolve();
    const folder = join(at.folder, 'archive');
    const [partial = ''] = readdirSync(folder);
    flipName(join(folder, partial));
    return Promise.resolve();
  };
  await expect(at.archiver({ pause: flip }).run()).rejects.toThrow(/is damaged at event \d+/);
  expect(at.hotEvents()).toBe(before);
  await at.archiver().run();
  expect(at.hotEvents(), 'and the next run begins anew').toBeLessThan(before);
});

test('[H14] a missing archive is said in plain words, and orders go on', async () => {
  const { at, orderIds } = await afterNinetyDays();
  await at.archiver().run();
  const folder = join(at.folder, 'archive');
  const [name = ''] = readdirSync(folder);
  at.shut();
  renameSync(join(folder, name), join(at.folder, 'elsewhere.db'));
  at.open();
  expect(at.log.archives.missing()).toMatchObject([expect.stringContaining(`${name} is missing`)]);
  const [oldest] = orderIds as [OrderId];
  expect(() => at.views.foldOrder(oldest)).toThrow(ArchiveUnreadableError);
  const client = clientNo(3);
  expect(await at.send(client, { type: 'order.complete', orderId: oldest })).toMatchObject({
    kind: 'refused',
    refusal: { refused: 'archive-missing' },
  });
  expect(await at.send(client, placeFish(oldest))).toMatchObject({ kind: 'refused' });
  expect(await at.send(client, placeFish())).toMatchObject({ kind: 'accepted' });

  writeFileSync(join(folder, name), 'not an archive');
  expect(() => at.views.foldOrder(oldest)).toThrow(/is damaged/);
  at.shut();
  renameSync(join(at.folder, 'elsewhere.db'), join(folder, name));
  at.open();
  expect(at.views.foldOrder(oldest)?.state).toBe('completed');
  expect(existsSync(join(folder, name))).toBe(true);
});

test('[H5] an order that an evening’s end cut in two is told whole', async () => {
  const at = await OldRestaurant.build();
  onTestFinished(() => at.remove());
  const late = placeFish();
  const client = clientNo(1);
  await at.oneDay(1);
  await at.send(clientNo(3), late);
  at.nextDay();
  await at.oneDay(1, client);
  await at.send(clientNo(3), { type: 'order.complete', orderId: late.orderId });
  const before = at.views.foldOrder(late.orderId);
  for (let day = 0; day < 3; day++) {
    at.nextDay();
    await at.oneDay(1, client);
  }
  await at.archiver({ keepDays: 3 }).run();
  const inHot = at.db.prepare('SELECT count(*) FROM event WHERE stream = ?').pluck();
  expect(inHot.get(`order:${late.orderId}`)).toBe(1);
  expect(at.views.foldOrder(late.orderId)).toEqual(before);
  expect(await at.send(clientNo(3), late)).toMatchObject({ refusal: { refused: 'order-exists' } });
  await at.archiver({ keepDays: 2 }).run();
  expect(inHot.get(`order:${late.orderId}`)).toBe(0);
  expect(at.log.archives.entries()).toHaveLength(2);
  expect(at.views.foldOrder(late.orderId)).toEqual(before);
});

/** Changes a letter of a dish wherever it stands, also where SQLite left an old copy of a page. */
function flipName(path: string): void {
  const text = readFileSync(path, 'latin1');
  expect(text).toContain('Fish and chips');
  writeFileSync(path, text.replaceAll('Fish and chips', 'Dish and chips'), 'latin1');
}
