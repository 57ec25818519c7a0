import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { ClientId, DeviceId, OrderId } from '@fynlo/domain';
import { eventShapes, type EventShapes } from '@fynlo/domain/upcast';
import { expect, onTestFinished, test } from 'vitest';
import { openDatabase } from '../hub/db/open-database.ts';
import { EventLog } from '../hub/event-log/event-log.ts';
import { systemSurroundings } from '../hub/surroundings.ts';
import { Views } from '../hub/projections/views.ts';
import { clientNo, OldRestaurant, placeFish } from './support/old-restaurant.ts';
import { openTestHub } from './support/test-hub.ts';

/** Made up: in version 0 an order's covers were its guests. */
const yesteryear: EventShapes = { ...eventShapes, 'order.details-changed': { version: 0 } };
const today: EventShapes = {
  ...eventShapes,
  'order.details-changed': {
    version: 1,
    upcasters: { 0: (payload) => ({ covers: (payload as { guests: number }).guests }) },
  },
};
const nextYear: EventShapes = { ...eventShapes, 'order.details-changed': { version: 2 } };

/** A restaurant with one order; then a hub that writes `shapes` adds one more event to it. */
async function writtenBy(shapes: EventShapes, payload: object) {
  const at = await OldRestaurant.build();
  onTestFinished(() => at.remove());
  const { orderId } = await placed(at);
  const log = new EventLog(at.db, systemSurroundings(), shapes);
  log.stage({
    clientId: 'c' as ClientId,
    device: 'd' as DeviceId,
    no: 1,
    correlationId: null,
    occurredAt: at.now,
    refusal: null,
    events: [
      {
        stream: `order:${orderId}`,
        streamVersion: 2,
        event: { type: 'order.details-changed', payload },
      },
    ],
  });
  log.commit(() => undefined);
  return { at, orderId };
}

async function placed(at: OldRestaurant): Promise<{ orderId: OrderId }> {
  const place = placeFish();
  await at.send(clientNo(1), place);
  return place;
}

test('[I24] an event of an older version is folded as today’s, and stored, hashed and sent as it was', async () => {
  const { at, orderId } = await writtenBy(yesteryear, { guests: 5 });
  const log = new EventLog(at.db, systemSurroundings(), today);
  const views = new Views(at.db, log);
  expect(views.foldOrder(orderId)?.covers).toBe(5);
  const last = log.readWireSince(0, 100).at(-1);
  expect(last?.json).toContain('"version":0');
  expect(last?.json).toContain('"payload":{"guests":5}');
  expect(log.firstBrokenSince(0)).toBeUndefined();
  views.rebuild();
  expect(views.load().order(orderId)?.covers).toBe(5);
  expect(log.readStream(`order:${orderId}`).at(-1)).toMatchObject({ payload: { guests: 5 } });
});

test('[I24] a hub refuses a log with an event of a later version, and says what to do', async () => {
  const { at } = await writtenBy(nextYear, { covers: 5 });
  expect(() => new EventLog(at.db)).toThrow(
    /written by a newer Fynlo \(it holds order.details-changed in version 2\). Update Fynlo/,
  );
  expect(() => new EventLog(at.db, systemSurroundings(), nextYear)).not.toThrow();
});

test('[I24] a hub that is too old for an event does not start on its folder', async () => {
  const folder = mkdtempSync(join(tmpdir(), 'fynlo-newer-'));
  onTestFinished(() => rmSync(folder, { recursive: true, force: true }));
  const first = await openTestHub({}, { dataFolder: folder });
  await first.hub.close();
  const db = openDatabase(join(folder, 'fynlo.db'));
  db.prepare(`INSERT INTO event_kind VALUES ('stock.counted', 1)`).run();
  db.close();
  await expect(openTestHub({}, { dataFolder: folder })).rejects.toThrow(
    /it holds stock.counted in version 1/,
  );
});

test('[I24] every kind of event is noted with its first one, or not at all', async () => {
  const at = await OldRestaurant.build();
  onTestFinished(() => at.remove());
  await at.oneDay(1);
  const noted = () => at.db.prepare('SELECT type FROM event_kind ORDER BY type').pluck().all();
  const written = () =>
    at.db.prepare('SELECT DISTINCT type FROM event ORDER BY type').pluck().all();
  expect(noted()).toEqual(written());
  // What could not be written is not noted, and the next try notes it.
  at.db.exec(
    `CREATE TRIGGER full BEFORE INSERT ON event BEGIN SELECT RAISE (ABORT, 'disk full'); END`,
  );
  const cancelled = {
    clientId: 'c' as ClientId,
    device: 'd' as DeviceId,
    no: 1,
    correlationId: null,
    occurredAt: at.now,
    refusal: null,
    events: [
      {
        stream: 'floor' as const,
        streamVersion: 2,
        event: { type: 'floor.imported' as const, payload: { floor: { areas: [], tables: [] } } },
      },
      {
        stream: 'table:9' as const,
        streamVersion: 1,
        event: { type: 'table.cleaned' as const, payload: {} },
      },
    ],
  };
  at.log.stage(cancelled);
  expect(() => at.log.commit(() => undefined)).toThrow('disk full');
  at.log.discard();
  expect(noted()).toEqual(written());
  at.db.exec('DROP TRIGGER full');
  at.log.stage(cancelled);
  at.log.commit(() => undefined);
  expect(noted()).toEqual(written());
  expect(noted()).toContain('table.cleaned');
});
