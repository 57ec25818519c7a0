import type { OpenOrder, Order, OrderLine, WantedLine } from '@fynlo/domain/order';
import type { WireCommand } from '@fynlo/protocol/wire';
import { buildSettings } from './build-restaurant.ts';
import { fishAndChips, kitchen, lineId, orderId, tableSeven, theTill } from './the-cast.ts';

export function buildLine(change: Partial<OrderLine> = {}): OrderLine {
  return {
    lineId: lineId(1),
    productId: fishAndChips,
    name: 'Fish and chips',
    quantity: 1,
    unitPriceMinor: 1695,
    options: [],
    vatRateBps: 2000,
    stationId: kitchen,
    allergens: ['fish', 'gluten:wheat'],
    status: 'draft',
    at: { draft: 0 },
    round: 0,
    addedBy: theTill,
    version: 1,
    ...change,
  };
}

/** Table 7's open order: one fish and chips, not sent yet. */
export function buildOrder(change: Partial<Order> = {}): Order {
  return {
    id: orderId(1),
    number: '1',
    channel: 'dine-in',
    tableId: tableSeven,
    covers: 2,
    name: null,
    note: null,
    state: 'open',
    lines: [buildLine()],
    terms: buildSettings().terms,
    businessDay: '2026-11-20',
    openedAt: 0,
    openedBy: theTill,
    closedAt: null,
    rounds: 0,
    version: 2,
    ...change,
  };
}

export function openOrder(n: number, change: Partial<OpenOrder> = {}): WireCommand {
  return {
    type: 'order.open',
    orderId: orderId(n),
    channel: 'dine-in',
    tableId: tableSeven,
    ...change,
  };
}

export function wantedLine(n: number, change: Partial<WantedLine> = {}): WantedLine {
  return { lineId: lineId(n), productId: fishAndChips, quantity: 1, options: [], ...change };
}

export function addLine(order: number, line: number, change?: Partial<WantedLine>): WireCommand {
  return { type: 'order.add-lines', orderId: orderId(order), lines: [wantedLine(line, change)] };
}

export function sendOrder(n: number): WireCommand {
  return { type: 'order.send', orderId: orderId(n) };
}
