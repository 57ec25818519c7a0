import type { Decision, Facts } from '../decider.ts';
import type { LineId, TableId } from '../ids.ts';
import { findProduct, type MenuState } from '../menu/index.ts';
import { isRefusal, refuse, type Refusal } from '../refusal.ts';
import type { BillTerms } from '../bill/index.ts';
import { unreachable } from '../unreachable.ts';
import { billOf } from './bill-of-order.ts';
import type { OpenOrder, OrderCommand, PlaceOrder, WantedLine } from './order-commands.ts';
import type { Opening, OrderEvent } from './order-events.ts';
import type { LineStatus, Order, OrderLine, OrderedItem } from './order-state.ts';
import { priceLine, whyNotNow } from './price-line.ts';

export const orderLinesMax = 300;

/** What an order's rules look at beyond the order itself. */
export interface OrderSurroundings {
  readonly menu: MenuState | undefined;
  readonly terms: BillTerms | undefined;
  hasTable(id: TableId): boolean;
}

type OrderDecision = Decision<OrderEvent>;
type Given = { readonly facts: Facts; readonly around: OrderSurroundings };

/**
 * The rules of an order; each has its sentence in RULES.md.
 * Returns the events to append, none when the wish is already so, or the refusal.
 */
export function decideOrder(
  order: Order | undefined,
  command: OrderCommand,
  facts: Facts,
  around: OrderSurroundings,
): OrderDecision {
  const given = { facts, around };
  if (command.type === 'order.open') return order ? refuse('order-exists') : open(command, given);
  if (command.type === 'order.place') return order ? refuse('order-exists') : place(command, given);
  if (!order) return refuse('order-unknown');
  const closed = whyClosed(order);
  if (closed) return closed;

  switch (command.type) {
    case 'order.add-lines':
      return addLines(order, command.lines, given);
    case 'order.change-quantity':
      return changeQuantity(order, command);
    case 'order.note-line':
      return onDraft(order, command.lineId, ({ lineId, note = '' }) =>
        note === command.note
          ? []
          : [{ type: 'order.line-noted', payload: { lineId, note: command.note } }],
      );
    case 'order.remove-line':
      return onDraft(order, command.lineId, ({ lineId }) => [
        { type: 'order.line-removed', payload: { lineId } },
      ]);
    case 'order.send':
      return send(order, given);
    case 'kitchen.show':
      return advance(order, command.lineIds, ['sent'], 'order.lines-shown');
    case 'kitchen.start':
      return advance(order, command.lineIds, ['sent', 'shown'], 'order.lines-started');
    case 'kitchen.bump':
      return advance(order, command.lineIds, ['sent', 'shown', 'started'], 'order.lines-bumped');
    case 'kitchen.recall':
      return advance(order, command.lineIds, ['ready', 'served'], 'order.lines-recalled');
    case 'order.serve':
      // A waiter who carries the plate knows better than a screen nobody has bumped.
      return advance(
        order,
        command.lineIds,
        ['sent', 'shown', 'started', 'ready'],
        'order.lines-served',
      );
    case 'order.void-line':
      return voidLine(order, command.lineId, command.reason.trim());
    case 'order.change-details':
      return changeDetails(order, command);
    case 'order.move':
      return move(order, command.tableId, given);
    case 'order.complete':
      return complete(order);
    case 'order.cancel':
      return cancel(order, command.reason);
    default:
      return unreachable(command);
  }
}

function open(command: OpenOrder, given: Given): OrderDecision {
  const payload = opening(command, given);
  return isRefusal(payload) ? payload : [{ type: 'order.opened', payload }];
}

function place(command: PlaceOrder, given: Given): OrderDecision {
  const opened = opening(command, given);
  if (isRefusal(opened)) return opened;
  const lines = priceLines([], command.lines, given);
  if (isRefusal(lines)) return lines;
  return [{ type: 'order.placed', payload: { ...opened, lines } }];
}

function opening(command: OpenOrder | PlaceOrder, { facts, around }: Given): Opening | Refusal {
  const { channel, tableId = null, covers = null, name = null } = command;
  if (!around.terms) return refuse('restaurant-not-set-up');
  if (channel === 'dine-in' && tableId === null) return refuse('table-required');
  if (tableId !== null && !around.hasTable(tableId)) return refuse('table-unknown');
  const { orderNumber: number, businessDay } = facts;
  return { number, businessDay, channel, tableId, covers, name, terms: around.terms };
}

function whyClosed({ state, number }: Order): Refusal | undefined {
  if (state === 'completed') return refuse('order-completed', { number });
  if (state === 'cancelled') return refuse('order-cancelled', { number });
  return undefined;
}

function addLines(order: Order, wanted: readonly WantedLine[], given: Given): OrderDecision {
  const lines = priceLines(order.lines, wanted, given);
  if (isRefusal(lines)) return lines;
  return lines.length === 0 ? [] : [{ type: 'order.lines-added', payload: { lines } }];
}

function priceLines(
  existing: readonly OrderLine[],
  wanted: readonly WantedLine[],
  { facts, around: { menu } }: Given,
): OrderedItem[] | Refusal {
  if (!menu) return refuse('menu-missing');
  if (existing.length + wanted.length > orderLinesMax) {
    return refuse('order-too-long', { max: orderLinesMax });
  }
  const taken = new Set(existing.map(({ lineId }) => lineId));
  const lines: OrderedItem[] = [];
  for (const line of wanted) {
    if (taken.has(line.lineId)) return refuse('line-exists');
    taken.add(line.lineId);
    const priced = priceLine(menu, line, facts);
    if (isRefusal(priced)) return priced;
    lines.push(priced);
  }
  return lines;
}

function changeQuantity(
  order: Order,
  command: { lineId: LineId; quantity: number; lineVersion: number },
): OrderDecision {
  return onDraft(order, command.lineId, (line) => {
    const { lineId, version } = line;
    if (line.quantity === command.quantity) return [];
    if (version !== command.lineVersion) {
      const { quantity } = line;
      return refuse('line-changed', { product: line.name, quantity, lineVersion: version });
    }
    return [{ type: 'order.quantity-changed', payload: { lineId, quantity: command.quantity } }];
  });
}

function send(order: Order, { facts, around }: Given): OrderDecision {
  const drafts = order.lines.filter(({ status }) => status === 'draft');
  if (drafts.length === 0) return refuse('nothing-to-send', { number: order.number });
  for (const draft of drafts) {
    // It may have run out since the line was added; the kitchen must never learn of it.
    const product = around.menu && findProduct(around.menu.menu, draft.productId);
    const unavailable = product && around.menu && whyNotNow(around.menu, product, facts);
    if (unavailable) return unavailable;
  }
  const lineIds = drafts.map(({ lineId }) => lineId);
  return [{ type: 'order.sent', payload: { lineIds, round: order.rounds + 1 } }];
}

type AdvanceType =
  | 'order.lines-shown'
  | 'order.lines-started'
  | 'order.lines-bumped'
  | 'order.lines-recalled'
  | 'order.lines-served';

/** Moves those lines that may go; a line already past it stays, so a double tap does nothing. */
function advance(
  order: Order,
  wanted: readonly LineId[],
  from: readonly LineStatus[],
  type: AdvanceType,
): OrderDecision {
  const lines = new Map(order.lines.map((line) => [line.lineId, line]));
  const lineIds: LineId[] = [];
  for (const lineId of new Set(wanted)) {
    const line = lines.get(lineId);
    if (!line) return refuse('line-unknown');
    if (line.status === 'draft') return refuse('line-not-sent', { product: line.name });
    if (from.includes(line.status)) lineIds.push(lineId);
  }
  return lineIds.length === 0 ? [] : [{ type, payload: { lineIds } }];
}

function voidLine(order: Order, lineId: LineId, reason: string): OrderDecision {
  const line = order.lines.find((candidate) => candidate.lineId === lineId);
  if (!line) return refuse('line-unknown');
  if (line.status === 'voided') return [];
  if (line.status === 'draft') return refuse('line-not-sent', { product: line.name });
  if (reason === '') return refuse('void-needs-reason', { product: line.name });
  return [{ type: 'order.line-voided', payload: { lineId, reason } }];
}

function changeDetails(
  order: Order,
  wanted: { covers?: number | null; name?: string | null; note?: string | null },
): OrderDecision {
  const payload: { covers?: number | null; name?: string | null; note?: string | null } = {};
  if (wanted.covers !== undefined && wanted.covers !== order.covers) payload.covers = wanted.covers;
  if (wanted.name !== undefined && wanted.name !== order.name) payload.name = wanted.name;
  if (wanted.note !== undefined && wanted.note !== order.note) payload.note = wanted.note;
  return Object.keys(payload).length === 0 ? [] : [{ type: 'order.details-changed', payload }];
}

function move(order: Order, tableId: TableId, { around }: Given): OrderDecision {
  if (!around.hasTable(tableId)) return refuse('table-unknown');
  return order.tableId === tableId ? [] : [{ type: 'order.moved', payload: { tableId } }];
}

function complete(order: Order): OrderDecision {
  if (order.lines.some(({ status }) => status === 'draft')) {
    return refuse('order-has-unsent-lines', { number: order.number });
  }
  const { totalMinor } = billOf(order);
  return [{ type: 'order.completed', payload: { totalMinor } }];
}

function cancel(order: Order, reason: string): OrderDecision {
  if (order.lines.some(({ status }) => status !== 'draft' && status !== 'voided')) {
    return refuse('order-has-sent-lines', { number: order.number });
  }
  return [{ type: 'order.cancelled', payload: { reason } }];
}

function onDraft(
  order: Order,
  lineId: LineId,
  decide: (line: OrderLine) => OrderDecision,
): OrderDecision {
  const line = order.lines.find((candidate) => candidate.lineId === lineId);
  if (!line) return refuse('line-unknown');
  if (line.status === 'voided') return refuse('line-voided', { product: line.name });
  if (line.status !== 'draft') return refuse('line-already-sent', { product: line.name });
  return decide(line);
}
