import type { Command } from '@fynlo/domain';
import {
  bitter,
  buildMenu,
  buildProduct,
  buildRestaurant,
  fishAndChips,
  howCooked,
  lineId,
  orderId,
  rare,
  steak,
  tableEight,
  tableSeven,
} from '@fynlo/testing/builders';
import { given, givenIn } from '@fynlo/testing/given';
import { expect, test } from 'vitest';
import { orderProgress } from './index.ts';

const one = orderId(1);
const wanted = (n: number, productId = fishAndChips, quantity = 1) => ({
  lineId: lineId(n),
  productId,
  quantity,
  options: [],
});
const open: Command = { type: 'order.open', orderId: one, channel: 'dine-in', tableId: tableSeven };
const add = (...lines: ReturnType<typeof wanted>[]): Command => ({
  type: 'order.add-lines',
  orderId: one,
  lines,
});
const send: Command = { type: 'order.send', orderId: one };
const forLines = (
  type: 'kitchen.show' | 'kitchen.start' | 'kitchen.bump' | 'kitchen.recall' | 'order.serve',
  ...ns: number[]
): Command => ({
  type,
  orderId: one,
  lineIds: ns.map(lineId),
});
const complete: Command = { type: 'order.complete', orderId: one };

test('[O5] opening gives the number, keeps the terms, and seats the table', () => {
  given()
    .when(open)
    .then(
      { type: 'order.opened', payload: { number: '1', tableId: tableSeven } },
      { type: 'table.seated' },
    );
  given()
    .when({ ...open, tableId: 'nowhere' as never })
    .thenRefused('table-unknown');
  given()
    .when({ type: 'order.open', orderId: one, channel: 'dine-in' })
    .thenRefused('table-required');
  given(open).when(open).thenRefused('order-exists');
  given(open)
    .when({ ...open, orderId: orderId(2) })
    .then({ type: 'order.opened' });
});

test('[O2] a line has the price, VAT and allergens of the menu, never of the asker', () => {
  given(open)
    .when(add(wanted(1)))
    .then({
      payload: {
        lines: [{ unitPriceMinor: 1695, vatRateBps: 2000, allergens: ['fish', 'gluten:wheat'] }],
      },
    });
});

test('[O2] required choices, unknown choices, too many and the same twice', () => {
  const asks = (options: object[]): Command => add({ ...wanted(1, steak), options } as never);
  given(open).when(asks([])).thenRefused('too-few-options');
  given(open)
    .when(asks([{ groupId: howCooked, optionId: 'blue' }]))
    .thenRefused('option-unknown');
  given(open)
    .when(
      asks([
        { groupId: howCooked, optionId: rare },
        { groupId: howCooked, optionId: rare },
      ]),
    )
    .thenRefused('option-repeated');
  given(open)
    .when(asks([{ groupId: howCooked, optionId: rare }]))
    .then({ type: 'order.lines-added' });
});

test('[M2] a product is refused when it is unknown, off, sold out, or not served now', () => {
  const lunch = [{ weekdays: [1, 2, 3, 4, 5], fromMinute: 720, toMinute: 900 }];
  const menu = buildMenu({
    products: [
      buildProduct({ active: false }),
      buildProduct({ id: bitter, name: 'Best bitter', availability: lunch }),
    ],
  });
  const restaurant = buildRestaurant({ menu: { menu, soldOut: [], version: 1 } });
  given(open)
    .when(add(wanted(1, 'nothing' as never)))
    .thenRefused('product-unknown');
  givenIn(restaurant, open)
    .when(add(wanted(1)))
    .thenRefused('product-not-active');
  givenIn(restaurant, open)
    .when(add(wanted(1, bitter)))
    .thenRefused('product-not-now');
  const local = { weekday: 5, minute: 800, date: '2026-11-20' };
  givenIn(restaurant, open)
    .when(add(wanted(1, bitter)), { local })
    .then({ type: 'order.lines-added' });
  const eightySix: Command = { type: 'menu.eighty-six', productId: fishAndChips, soldOut: true };
  given(open, eightySix)
    .when(add(wanted(1)))
    .thenRefused('product-sold-out');
  given(open, add(wanted(1)), eightySix)
    .when(send)
    .thenRefused('product-sold-out', { product: 'Fish and chips' });
});

test('[H6] a quantity is changed by whoever saw the latest, and only before sending', () => {
  const change = (quantity: number, lineVersion: number): Command => ({
    type: 'order.change-quantity',
    orderId: one,
    lineId: lineId(1),
    quantity,
    lineVersion,
  });
  given(open, add(wanted(1)))
    .when(change(3, 1))
    .then({ type: 'order.quantity-changed', payload: { quantity: 3 } });
  given(open, add(wanted(1)), change(3, 1))
    .when(change(4, 1))
    .thenRefused('line-changed', { quantity: 3, lineVersion: 2 });
  given(open, add(wanted(1)), change(3, 1))
    .when(change(3, 1))
    .thenNothing();
  given(open, add(wanted(1)), send)
    .when(change(2, 2))
    .thenRefused('line-already-sent');
  given(open).when(change(2, 1)).thenRefused('line-unknown');
  given(open, add(wanted(1)))
    .when(add(wanted(1)))
    .thenRefused('line-exists');
});

test('[K1] a line goes sent, shown, started, ready, served; a double tap does nothing', () => {
  const sent = [open, add(wanted(1), wanted(2)), send];
  given(...sent)
    .when(forLines('kitchen.show', 1, 2))
    .then({ type: 'order.lines-shown' });
  given(...sent, forLines('kitchen.show', 1))
    .when(forLines('kitchen.show', 1, 2))
    .then({ payload: { lineIds: [lineId(2)] } });
  given(...sent, forLines('kitchen.start', 1))
    .when(forLines('kitchen.show', 1))
    .thenNothing();
  given(...sent, forLines('kitchen.bump', 1))
    .when(forLines('kitchen.bump', 1))
    .thenNothing();
  given(...sent, forLines('kitchen.bump', 1))
    .when(forLines('kitchen.recall', 1))
    .then({ type: 'order.lines-recalled' });
  given(...sent)
    .when(forLines('order.serve', 1))
    .then({ type: 'order.lines-served' });
  given(open, add(wanted(1)))
    .when(forLines('kitchen.bump', 1))
    .thenRefused('line-not-sent');
  given(...sent)
    .when(forLines('kitchen.bump', 9))
    .thenRefused('line-unknown');
});

test('[O5] a second sending is a round of its own; with nothing new it is refused', () => {
  given(open, add(wanted(1)), send, add(wanted(2)))
    .when(send)
    .then({ payload: { round: 2, lineIds: [lineId(2)] } });
  given(open, add(wanted(1)), send)
    .when(send)
    .thenRefused('nothing-to-send');
});

test('[O5] what the kitchen has is voided with a reason, and costs nothing any more', () => {
  const drop = (reason: string): Command => ({
    type: 'order.void-line',
    orderId: one,
    lineId: lineId(1),
    reason,
  });
  given(open, add(wanted(1)), send)
    .when(drop(' '))
    .thenRefused('void-needs-reason');
  given(open, add(wanted(1)))
    .when(drop('x'))
    .thenRefused('line-not-sent');
  given(open, add(wanted(1)), send, drop('Dropped'))
    .when(complete)
    .then({ payload: { totalMinor: 0 } }, { type: 'table.vacated' });
  given(open, add(wanted(1)), send, drop('Dropped'))
    .when(drop('again'))
    .thenNothing();
});

test('[O5] a completed order refuses new lines and says why', () => {
  const closed = given(open, add(wanted(1)), send, complete);
  closed.when(add(wanted(2))).thenRefused('order-completed', { number: '1' });
  closed.when(complete).thenRefused('order-completed');
  given(open, add(wanted(1)))
    .when(complete)
    .thenRefused('order-has-unsent-lines');
  given(open, add(wanted(1)), send)
    .when({ type: 'order.cancel', orderId: one, reason: '' })
    .thenRefused('order-has-sent-lines');
  const cancelled = given(open, { type: 'order.cancel', orderId: one, reason: '' });
  cancelled.when(send).thenRefused('order-cancelled');
});

test('[O4] the last order to leave a table leaves it to be cleaned; moving takes the table along', () => {
  const second: Command = { ...open, orderId: orderId(2) };
  given(open, second).when(complete).then({ type: 'order.completed' });
  given(open)
    .when({ type: 'order.move', orderId: one, tableId: tableEight })
    .then({ type: 'order.moved' }, { type: 'table.vacated' }, { type: 'table.seated' });
  given(open)
    .when({ type: 'table.clean', tableId: tableSeven })
    .thenRefused('table-has-open-orders');
  given(open, complete)
    .when({ type: 'table.clean', tableId: tableSeven })
    .then({ type: 'table.cleaned' });
});

test('[O4] a cancelled order leaves its table free: nothing was eaten there', () => {
  given(open, add(wanted(1)))
    .when({ type: 'order.cancel', orderId: one, reason: '' })
    .then({ type: 'order.cancelled' }, { type: 'table.cleaned' });
});

test('[O5] an order is where its lines are', () => {
  const progress = (...commands: Command[]) => {
    const order = given(...commands).state.order(one);
    return order && orderProgress(order);
  };
  const sent = [open, add(wanted(1), wanted(2)), send];
  expect(progress(open)).toBe('draft');
  expect(progress(...sent)).toBe('sent');
  expect(progress(...sent, forLines('kitchen.start', 1))).toBe('preparing');
  expect(progress(...sent, forLines('kitchen.bump', 1))).toBe('preparing');
  expect(progress(...sent, forLines('kitchen.bump', 1, 2))).toBe('ready');
  expect(progress(...sent, forLines('order.serve', 1, 2))).toBe('served');
  expect(progress(...sent, complete)).toBe('completed');
});

test('[O5] placing in one step is opening, adding and sending', () => {
  const place: Command = {
    type: 'order.place',
    orderId: one,
    channel: 'takeaway',
    lines: [wanted(1)],
  };
  given()
    .when(place)
    .then({ type: 'order.placed', payload: { number: '1', lines: [{ name: 'Fish and chips' }] } });
  given()
    .when({ ...place, lines: [wanted(1, 'no' as never)] })
    .thenRefused('product-unknown');
  const placed = given(place).state.order(one);
  const stepwise = given(
    { type: 'order.open', orderId: one, channel: 'takeaway' },
    add(wanted(1)),
    send,
  ).state.order(one);
  expect(placed?.lines.map(({ status, round }) => ({ status, round }))).toEqual(
    stepwise?.lines.map(({ status, round }) => ({ status, round })),
  );
});
