import type { ClientId, Command, LineId, OrderId } from '@fynlo/domain';
import { fishAndChips, tableEight, tableSeven } from '@fynlo/testing/builders';
import * as fc from 'fast-check';
import { expect, test } from 'vitest';
import { Views } from '../hub/projections/views.ts';
import { clientNo, dayMs, OldRestaurant } from './support/old-restaurant.ts';

/**
 * Two restaurants live the same days. One archives whenever chance says so, the other never: every
 * answer, every order and the whole state must be the same in both.
 */
test(
  '[I27] with and without archiving, a restaurant tells the same story',
  { timeout: 600_000 },
  async () => {
    let files = 0;
    let retries = 0;
    let archivedReads = 0;
    await fc.assert(
      fc.asyncProperty(fc.array(happening, { minLength: 40, maxLength: 120 }), async (story) => {
        const [moved, whole] = [await OldRestaurant.build(), await OldRestaurant.build()];
        try {
          const sent: { client: ClientId; no: number; command: Command }[] = [];
          const nos = new Map<ClientId, number>();
          for (const each of story) {
            if (each.kind === 'archive') {
              files += (await moved.archiver(each.how).run()).files;
            } else if (each.kind === 'days') {
              for (const at of [moved, whole]) at.now += each.days * dayMs;
            } else if (each.kind === 'evening') {
              for (const at of [moved, whole]) await goHome(at);
            } else if (each.kind === 'restart') {
              moved.reopen();
            } else if (each.kind === 'command') {
              const client = clientNo(each.client);
              const no = (nos.get(client) ?? 0) + 1;
              nos.set(client, no);
              sent.push({ client, no, command: each.command });
              const answer = await moved.sendAgain(client, no, each.command);
              expect(answer).toEqual(await whole.sendAgain(client, no, each.command));
            } else {
              const old = sent[each.which % Math.max(sent.length, 1)];
              if (!old) continue;
              retries++;
              const again = await moved.sendAgain(old.client, old.no, old.command);
              expect(again).toEqual(await whole.sendAgain(old.client, old.no, old.command));
            }
          }
          expect(moved.digest()).toBe(whole.digest());
          expect(moved.log.firstBrokenSince(0)).toBeUndefined();
          expect(moved.log.head().seq).toBe(whole.log.head().seq);
          for (const id of orderIds) {
            expect(moved.views.isKnown(id)).toBe(whole.views.isKnown(id));
            expect(moved.views.foldOrder(id)).toEqual(whole.views.foldOrder(id));
            if (moved.log.archives.hasOrder(id)) archivedReads++;
          }
          for (const state of ['open', 'closed'] as const) {
            expect(pages(moved.views, state)).toEqual(pages(whole.views, state));
          }
          const rebuilt = new Views(moved.db, moved.log);
          rebuilt.rebuild();
          moved.reopen();
          expect(moved.digest()).toBe(whole.digest());
          for (const state of ['open', 'closed'] as const) {
            expect(pages(moved.views, state)).toEqual(pages(whole.views, state));
          }
        } finally {
          moved.remove();
          whole.remove();
        }
      }),
      { numRuns: 40 },
    );
    expect(files, 'much was archived').toBeGreaterThan(30);
    expect(retries, 'much was sent again').toBeGreaterThan(100);
    expect(archivedReads, 'many orders were read from an archive').toBeGreaterThan(30);
  },
);

const orderIds = Array.from(
  { length: 30 },
  (_, i) => `0198c0de-0a0a-7000-8000-${String(i).padStart(12, '0')}` as OrderId,
);
const lineId = '0198c0de-0b0b-7000-8000-000000000001' as LineId;

const ofOrder = fc.constantFrom(...orderIds);
const table = fc.constantFrom(tableSeven, tableEight);
const command: fc.Arbitrary<Command> = fc.oneof(
  {
    weight: 3,
    arbitrary: fc.record({ orderId: ofOrder, tableId: table }).map((at): Command => ({
      ...at,
      type: 'order.place',
      channel: 'dine-in',
      lines: [{ lineId, productId: fishAndChips, quantity: 1, options: [] }],
    })),
  },
  ofOrder.map((orderId): Command => ({ type: 'kitchen.bump', orderId, lineIds: [lineId] })),
  {
    weight: 3,
    arbitrary: ofOrder.map((orderId): Command => ({ type: 'order.complete', orderId })),
  },
  ofOrder.map((orderId): Command => ({ type: 'order.cancel', orderId, reason: 'left' })),
  table.map((tableId): Command => ({ type: 'table.seat', tableId })),
  table.map((tableId): Command => ({ type: 'table.clean', tableId })),
  fc
    .boolean()
    .map((soldOut): Command => ({ type: 'menu.eighty-six', productId: fishAndChips, soldOut })),
);

const happening = fc.oneof(
  {
    weight: 14,
    arbitrary: fc.record({
      kind: fc.constant('command' as const),
      client: fc.integer({ min: 1, max: 3 }),
      command,
    }),
  },
  {
    weight: 4,
    arbitrary: fc.record({
      kind: fc.constant('days' as const),
      // Now and then a clock that goes back, and now and then a month of holidays.
      days: fc.oneof(
        { weight: 5, arbitrary: fc.integer({ min: 0, max: 4 }) },
        fc.constantFrom(-1, 40),
      ),
    }),
  },
  { weight: 3, arbitrary: fc.record({ kind: fc.constant('evening' as const) }) },
  { weight: 3, arbitrary: fc.record({ kind: fc.constant('retry' as const), which: fc.nat() }) },
  { weight: 1, arbitrary: fc.record({ kind: fc.constant('restart' as const) }) },
  {
    weight: 3,
    arbitrary: fc.record({
      kind: fc.constant('archive' as const),
      how: fc.record({
        keepDays: fc.integer({ min: 0, max: 5 }),
        eventsPerSlice: fc.integer({ min: 1, max: 9 }),
        eventsPerFileMax: fc.integer({ min: 1, max: 60 }),
      }),
    }),
  },
);

/** The last guests have paid, and it is tomorrow. */
async function goHome(at: OldRestaurant): Promise<void> {
  const open = Array.from(at.road.state.openOrders(), ({ id }) => id);
  for (const id of open) {
    await at.send(clientNo(9), { type: 'order.complete', orderId: id });
  }
  at.nextDay();
}

/** Every page of the orders list, three at a time, as a till turns them. */
function pages(views: Views, state: 'open' | 'closed'): readonly string[] {
  const found: string[] = [];
  for (let before = Number.MAX_SAFE_INTEGER; ;) {
    const page = views.orderIds(state, before, 3);
    found.push(...page.map(({ id, openedSeq }) => `${openedSeq} ${id}`));
    const last = page.at(-1);
    if (!last || page.length < 3) return found;
    before = last.openedSeq;
  }
}
