import { isRefusal, slug, type Command } from '@fynlo/domain';
import { billOf } from '@fynlo/domain/order';
import {
  bitter,
  buildRestaurant,
  fishAndChips,
  lineId,
  orderId,
  tableEight,
  tableSeven,
  thePhone,
  theTill,
} from '@fynlo/testing/builders';
import { fridayEvening, perform } from '@fynlo/testing/given';
import * as fc from 'fast-check';
import { expect, test } from 'vitest';
import { isServedAt } from '../menu/index.ts';
import {
  businessDayOf,
  localClock,
  partsOf,
  RestaurantState,
  stationsOf,
  viewTables,
} from './index.ts';

const order = fc.integer({ min: 1, max: 3 }).map(orderId);
const line = fc.integer({ min: 1, max: 6 });
const lineIds = fc.array(line.map(lineId), { minLength: 1, maxLength: 3 });
const product = fc.constantFrom(fishAndChips, bitter);
const command: fc.Arbitrary<Command> = fc.oneof(
  fc.record({
    type: fc.constant('order.open' as const),
    orderId: order,
    channel: fc.constant('dine-in' as const),
    tableId: fc.constantFrom(tableSeven, tableEight),
  }),
  fc.record({
    type: fc.constant('order.add-lines' as const),
    orderId: order,
    lines: fc.array(
      fc.record({
        lineId: line.map(lineId),
        productId: product,
        quantity: fc.integer({ min: 1, max: 9 }),
        options: fc.constant([]),
      }),
      { minLength: 1, maxLength: 2 },
    ),
  }),
  fc.record({ type: fc.constant('order.send' as const), orderId: order }),
  fc.record({
    type: fc.constantFrom(
      'kitchen.show' as const,
      'kitchen.start' as const,
      'kitchen.bump' as const,
      'kitchen.recall' as const,
      'order.serve' as const,
    ),
    orderId: order,
    lineIds,
  }),
  fc.record({
    type: fc.constant('order.remove-line' as const),
    orderId: order,
    lineId: line.map(lineId),
  }),
  fc.record({
    type: fc.constant('order.void-line' as const),
    orderId: order,
    lineId: line.map(lineId),
    reason: fc.constant('x'),
  }),
  fc.record({
    type: fc.constant('order.move' as const),
    orderId: order,
    tableId: fc.constantFrom(tableSeven, tableEight),
  }),
  fc.record({ type: fc.constant('order.complete' as const), orderId: order }),
  fc.record({
    type: fc.constant('table.clean' as const),
    tableId: fc.constantFrom(tableSeven, tableEight),
  }),
  fc.record({
    type: fc.constant('menu.eighty-six' as const),
    productId: product,
    soldOut: fc.boolean(),
  }),
);
const history = fc.array(command, { maxLength: 40 });

test('[H2] replaying the events gives the live state, a snapshot gives it too, and money adds up at every step', () => {
  fc.assert(
    fc.property(history, (commands) => {
      const live = buildRestaurant();
      const replayed = buildRestaurant();
      for (const each of commands) {
        const before = JSON.stringify(partsOf(live));
        const decided = perform(live, each);
        if (isRefusal(decided)) {
          expect(JSON.stringify(partsOf(live)), 'a refusal changes nothing').toBe(before);
          expect(decided.because).not.toMatch(/[{}]/);
          continue;
        }
        for (const { stream, event } of decided) {
          replayed.apply({ ...event, stream, occurredAt: fridayEvening.now, device: thePhone });
        }
        for (const open of live.openOrders()) {
          const bill = billOf(open);
          expect(bill.totalMinor).toBe(bill.subtotalMinor - bill.discountMinor + bill.serviceMinor);
        }
      }
      expect(partsOf(replayed)).toEqual(partsOf(live));
      const restored = new RestaurantState();
      restored.restore(JSON.parse(JSON.stringify(partsOf(live))));
      expect(partsOf(restored)).toEqual(partsOf(live));
    }),
    { numRuns: 300 },
  );
});

test('[H4] what is staged is seen, can be thrown away whole, or taken over whole', () => {
  fc.assert(
    fc.property(history, history, (first, second) => {
      const base = buildRestaurant();
      for (const each of first) perform(base, each);
      const before = JSON.stringify(partsOf(base));
      const staged = new RestaurantState(base);
      for (const each of second) perform(staged, each);
      const after = partsOf(staged);
      expect(JSON.stringify(partsOf(base))).toBe(before);
      staged.mergeInto(base);
      expect(partsOf(base)).toEqual(after);
    }),
    { numRuns: 200 },
  );
});

test('[H6] two devices in any order lose no line that was accepted', () => {
  fc.assert(
    fc.property(fc.array(fc.boolean(), { minLength: 1, maxLength: 30 }), (turns) => {
      const state = buildRestaurant();
      perform(state, {
        type: 'order.open',
        orderId: orderId(1),
        channel: 'dine-in',
        tableId: tableSeven,
      });
      const accepted = turns.filter((isTill, i) => {
        const lines = [{ lineId: lineId(i), productId: fishAndChips, quantity: 1, options: [] }];
        const added = perform(
          state,
          { type: 'order.add-lines', orderId: orderId(1), lines },
          { device: isTill ? theTill : thePhone },
        );
        return !isRefusal(added);
      });
      expect(state.order(orderId(1))?.lines).toHaveLength(accepted.length);
      expect(accepted).toHaveLength(turns.length);
    }),
  );
});

test('[R3] the local time follows daylight saving, and the day ends in the small hours', () => {
  const london = localClock('Europe/London');
  expect(london(Date.UTC(2026, 2, 29, 0, 59))).toEqual({
    weekday: 7,
    minute: 59,
    date: '2026-03-29',
  });
  expect(london(Date.UTC(2026, 2, 29, 1, 0))).toEqual({
    weekday: 7,
    minute: 120,
    date: '2026-03-29',
  });
  expect(london(Date.UTC(2026, 9, 25, 1, 30))).toEqual({
    weekday: 7,
    minute: 90,
    date: '2026-10-25',
  });
  expect(businessDayOf({ weekday: 6, minute: 90, date: '2026-11-21' }, 240)).toBe('2026-11-20');
  expect(businessDayOf({ weekday: 6, minute: 240, date: '2026-11-21' }, 240)).toBe('2026-11-21');
  expect(businessDayOf({ weekday: 4, minute: 0, date: '2027-01-01' }, 240)).toBe('2026-12-31');
});

test('[M2] hours past midnight belong to the evening before', () => {
  const late = [{ weekdays: [5], fromMinute: 1320, toMinute: 120 }];
  const at = (weekday: number, minute: number) => isServedAt(late, { weekday, minute, date: '' });
  expect([at(5, 1320), at(6, 60), at(6, 120), at(5, 60), at(6, 1330)]).toEqual([
    true,
    true,
    false,
    false,
    false,
  ]);
  expect(isServedAt([], { weekday: 1, minute: 0, date: '' })).toBe(true);
});

test('[H8] an event concerns the stations of its lines', () => {
  const state = buildRestaurant();
  const one = orderId(1);
  const lines = [fishAndChips, bitter].map((productId, i) => ({
    lineId: lineId(i),
    productId,
    quantity: 1,
    options: [],
  }));
  perform(state, { type: 'order.place', orderId: one, channel: 'takeaway', lines });
  const bump = (n: number) =>
    stationsOf({ type: 'order.lines-bumped', payload: { lineIds: [lineId(n)] } }, state.order(one));
  expect([bump(0), bump(1)]).toEqual([['kitchen'], ['bar']]);
  expect(stationsOf({ type: 'table.cleaned', payload: {} }, undefined)).toBe('all');
});

test('[O4] a table says what is happening at it', () => {
  const state = buildRestaurant();
  const status = () => viewTables(state).find(({ tableId }) => tableId === tableSeven)?.status;
  const one = { orderId: orderId(1) };
  const seen = [status()];
  for (const each of [
    { type: 'table.seat', tableId: tableSeven, covers: 2 },
    { type: 'order.open', ...one, channel: 'dine-in', tableId: tableSeven },
    {
      type: 'order.add-lines',
      ...one,
      lines: [{ lineId: lineId(1), productId: fishAndChips, quantity: 1, options: [] }],
    },
    { type: 'order.send', ...one },
    { type: 'kitchen.bump', ...one, lineIds: [lineId(1)] },
    { type: 'order.serve', ...one, lineIds: [lineId(1)] },
    { type: 'order.complete', ...one },
    { type: 'table.clean', tableId: tableSeven },
  ] satisfies Command[]) {
    expect(isRefusal(perform(state, each))).toBe(false);
    seen.push(status());
  }
  expect(seen).toEqual([
    'free',
    'seated',
    'seated',
    'seated',
    'ordered',
    'ready',
    'served',
    'dirty',
    'free',
  ]);
});

test('[M1] names become ids that people can read', () => {
  expect([
    slug('Sticky Toffee Pudding'),
    slug('Crème Brûlée'),
    slug('Fish & Chips'),
    slug('Chef’s Special'),
    slug('—'),
  ]).toEqual(['sticky-toffee-pudding', 'creme-brulee', 'fish-and-chips', 'chefs-special', '']);
});
