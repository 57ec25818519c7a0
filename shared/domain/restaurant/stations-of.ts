import type { FynloEvent } from '../event.ts';
import type { LineId, StationId } from '../ids.ts';
import type { Order } from '../order/index.ts';

/**
 * The kitchen stations an event is about, or `all` when it is about none in particular: what a
 * screen subscribed to one station needs to see. `order` is the order after the event.
 */
export function stationsOf(
  event: FynloEvent,
  order: Order | undefined,
): readonly StationId[] | 'all' {
  switch (event.type) {
    case 'order.placed':
    case 'order.lines-added':
      return unique(event.payload.lines.map(({ stationId }) => stationId));
    case 'order.quantity-changed':
    case 'order.line-noted':
    case 'order.line-voided':
      return ofLines(order, [event.payload.lineId]);
    case 'order.sent':
    case 'order.lines-shown':
    case 'order.lines-started':
    case 'order.lines-bumped':
    case 'order.lines-recalled':
    case 'order.lines-served':
      return ofLines(order, event.payload.lineIds);
    default:
      return 'all';
  }
}

function ofLines(order: Order | undefined, ids: readonly LineId[]): readonly StationId[] | 'all' {
  if (!order) return 'all';
  const lines = order.lines.filter(({ lineId }) => ids.includes(lineId));
  return unique(lines.map(({ stationId }) => stationId));
}

function unique(ids: readonly StationId[]): StationId[] {
  return [...new Set(ids)];
}
