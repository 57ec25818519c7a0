import type { DeviceId, LineId, OrderId } from '../ids.ts';
import { unreachable } from '../unreachable.ts';
import type { Opening, OrderEvent } from './order-events.ts';
import type { LineStatus, Order, OrderedItem, OrderLine } from './order-state.ts';

/** Where and when an event happened; from its envelope. */
export interface Happened {
  readonly id: OrderId;
  readonly at: number;
  readonly by: DeviceId;
}

/**
 * The order after one more event. Never mutates.
 * A kitchen screen may hold only its own station's lines, so ids it does not know are passed over.
 * @throws when the first event is neither `order.opened` nor `order.placed`.
 */
export function evolveOrder(order: Order | undefined, event: OrderEvent, when: Happened): Order {
  if (event.type === 'order.opened') return openedOrder(event.payload, when);
  if (event.type === 'order.placed') return placedOrder(event.payload, when);
  if (!order) throw new Error(`${event.type} came before order.opened for order ${when.id}.`);
  const next = { ...order, version: order.version + 1 };

  switch (event.type) {
    case 'order.lines-added': {
      const added = event.payload.lines.map((line) => newLine(line, 'draft', when));
      return { ...next, lines: [...order.lines, ...added] };
    }
    case 'order.quantity-changed': {
      const { lineId, quantity } = event.payload;
      return { ...next, lines: changeLines(order, [lineId], () => ({ quantity })) };
    }
    case 'order.line-noted': {
      const { lineId, note } = event.payload;
      return { ...next, lines: changeLines(order, [lineId], () => ({ note })) };
    }
    case 'order.line-removed': {
      const lines = order.lines.filter(({ lineId }) => lineId !== event.payload.lineId);
      return { ...next, lines };
    }
    case 'order.sent': {
      const { lineIds, round } = event.payload;
      const sent = (line: OrderLine) => ({ ...reach('sent', when.at)(line), round });
      return { ...next, rounds: round, lines: changeLines(order, lineIds, sent) };
    }
    case 'order.lines-shown':
      return { ...next, lines: changeLines(order, event.payload.lineIds, reach('shown', when.at)) };
    case 'order.lines-started':
    case 'order.lines-recalled':
      return {
        ...next,
        lines: changeLines(order, event.payload.lineIds, reach('started', when.at)),
      };
    case 'order.lines-bumped':
      return { ...next, lines: changeLines(order, event.payload.lineIds, reach('ready', when.at)) };
    case 'order.lines-served':
      return {
        ...next,
        lines: changeLines(order, event.payload.lineIds, reach('served', when.at)),
      };
    case 'order.line-voided': {
      const { lineId, reason } = event.payload;
      const voided = (line: OrderLine) => ({
        ...reach('voided', when.at)(line),
        voidReason: reason,
      });
      return { ...next, lines: changeLines(order, [lineId], voided) };
    }
    case 'order.details-changed':
      return { ...next, ...event.payload };
    case 'order.moved':
      return { ...next, tableId: event.payload.tableId };
    case 'order.completed':
      return { ...next, state: 'completed', closedAt: when.at };
    case 'order.cancelled':
      return { ...next, state: 'cancelled', closedAt: when.at };
    default:
      return unreachable(event);
  }
}

function openedOrder(opening: Opening, { id, at, by }: Happened): Order {
  return {
    id,
    ...opening,
    note: null,
    state: 'open',
    lines: [],
    openedAt: at,
    openedBy: by,
    closedAt: null,
    rounds: 0,
    version: 1,
  };
}

function placedOrder(
  { lines, ...opening }: Opening & { readonly lines: readonly OrderedItem[] },
  when: Happened,
): Order {
  const sent = lines.map((line) => newLine(line, 'sent', when));
  return { ...openedOrder(opening, when), rounds: 1, lines: sent };
}

function newLine(item: OrderedItem, status: 'draft' | 'sent', { at, by }: Happened): OrderLine {
  const round = status === 'sent' ? 1 : 0;
  return { ...item, status, at: { [status]: at }, round, addedBy: by, version: 1 };
}

type LineChange = (line: OrderLine) => Partial<OrderLine>;

function reach(status: LineStatus, at: number): LineChange {
  return (line) => ({ status, at: { ...line.at, [status]: at } });
}

function changeLines(order: Order, lineIds: readonly LineId[], change: LineChange): OrderLine[] {
  return order.lines.map((line) =>
    lineIds.includes(line.lineId) ? { ...line, ...change(line), version: line.version + 1 } : line,
  );
}
