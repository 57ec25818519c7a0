import { readdirSync, renameSync } from 'node:fs';
import { join } from 'node:path';
import type { OrderId } from '@fynlo/domain';
import type { Position } from '@fynlo/protocol/wire';
import { expect, test } from 'vitest';
import { hubSession } from '../hub/pairing/sessions.ts';
import { dayMs } from './support/old-restaurant.ts';
import {
  helloOf,
  newClientId,
  openTestHub,
  placeOrder,
  Wire,
  type TestHub,
} from './support/test-hub.ts';

/** A running hub with a hundred days behind it, the first forty of them archived. */
async function openOldHub(): Promise<{ at: TestHub; first: OrderId; early: Position }> {
  let now = Date.now() - 100 * dayMs;
  const heldElsewhere = { upTo: () => Number.MAX_SAFE_INTEGER };
  const at = await openTestHub({ now: () => now, heldElsewhere });
  const { road, log, archiver } = at.hub.context;
  const clientId = newClientId();
  let no = 0;
  const send = (command: Parameters<typeof road.submit>[0]['command']) =>
    road.submit({ clientId, no: ++no, command, session: hubSession });
  const place = placeOrder();
  const ids: OrderId[] = [];
  let early: Position | undefined;
  for (let day = 0; day < 100; day++) {
    const order = day === 0 ? place : placeOrder();
    await send(order);
    await send({ type: 'order.complete', orderId: order.orderId });
    ids.push(order.orderId);
    early ??= log.head();
    now += dayMs;
  }
  await archiver.run();
  expect(log.archives.upTo()).toBeGreaterThan(early?.seq ?? 0);
  expect(log.head().seq - (early?.seq ?? 0)).toBeLessThan(2_000);
  return { at, first: place.orderId, early: early as Position };
}

test('[H7] a device from before the archive gets a snapshot, and never a wrong tail', async () => {
  const { at, early } = await openOldHub();
  await using _ = at;
  const token = await at.join();
  const { log } = at.hub.context;
  const said = async (position: Position) => {
    const wire = await Wire.open(at.hub.port);
    wire.send({ ...helloOf(token), position });
    const welcome = await wire.until(({ type }) => type === 'welcome');
    await wire.until((m) => (m.type === 'snapshot' || m.type === 'events') && !m.more);
    wire.ws.terminate();
    return welcome.type === 'welcome' ? welcome.catchUp : '';
  };
  const mark = log.archives.upTo();
  const hashOf = (seq: number) => log.hashAt(seq) ?? '';
  expect(await said(early)).toBe('snapshot');
  expect(await said({ ...early, hash: 'f'.repeat(64) })).toBe('reset');
  expect(await said({ ...early, seq: mark - 1, hash: hashOf(mark - 1) })).toBe('snapshot');
  expect(await said({ ...early, seq: mark, hash: hashOf(mark) })).toBe('tail');
  expect(await said({ ...early, seq: mark, hash: hashOf(mark - 1) })).toBe('reset');
});

test('[H16] archived orders are listed, read and told as before, and are said to be away when they are', async () => {
  const { at, first } = await openOldHub();
  await using _ = at;
  const token = await at.join();
  const get = (path: string) => at.call(path, { token });
  const listed: unknown[] = [];
  for (let after = ''; ;) {
    const { body } = await get(`/api/v1/orders?state=closed&limit=30${after}`);
    const page = body as { items: { id: OrderId }[]; next: string | null };
    listed.push(...page.items.map(({ id }) => id));
    if (page.next === null) break;
    after = `&after=${page.next}`;
  }
  expect(new Set(listed).size).toBe(100);
  expect(listed.at(-1)).toBe(first);
  expect((await get(`/api/v1/orders/${first}`)).body).toMatchObject({ state: 'completed' });
  const history = await get(`/api/v1/orders/${first}/events`);
  expect(history.body).toMatchObject({
    items: [{ type: 'order.placed' }, { type: 'order.completed' }],
  });
  const events = await get('/api/v1/events?limit=100');
  expect((events.body as { items: { seq: number }[] }).items.map(({ seq }) => seq)).toEqual(
    Array.from({ length: 100 }, (_each, i) => i + 1),
  );

  const folder = join(at.folder, 'archive');
  const [name = ''] = readdirSync(folder);
  at.hub.context.log.archives.close();
  renameSync(join(folder, name), join(at.folder, 'away.db'));
  const away = await get(`/api/v1/orders/${first}`);
  expect(away).toMatchObject({ status: 503, body: { code: 'archive-missing' } });
  const wire = await at.connect(token);
  wire.command(1, { type: 'order.complete', orderId: first });
  expect(await wire.answer(1)).toMatchObject({ refused: 'archive-missing' });
  wire.command(2, placeOrder());
  expect(await wire.answer(2)).toMatchObject({ type: 'ack' });
});
