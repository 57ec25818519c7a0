import type { LineId, OrderId, StationId } from '@fynlo/domain';
import type { Order, OrderLine } from '@fynlo/domain/order';

/** What one order asks of the stations this screen shows. */
export interface Ticket {
  readonly orderId: OrderId;
  readonly number: string;
  readonly tableId: Order['tableId'];
  readonly channel: Order['channel'];
  readonly name: string | null;
  readonly note: string | null;
  /** When the oldest line that still waits was sent; the ticket's age counts from here. */
  readonly since: number;
  readonly lines: readonly OrderLine[];
  /** Lines the kitchen has still to make. */
  readonly waiting: readonly LineId[];
  readonly isStarted: boolean;
}

/** The open tickets of these stations (all when none is named), oldest first. */
export function openTickets(orders: Iterable<Order>, station: StationId | null): Ticket[] {
  return [...orders]
    .flatMap((order) => ticketOf(order, station) ?? [])
    .toSorted((a, b) => a.since - b.since);
}

/** What was bumped last and can be called back, newest first. */
export function bumpedTickets(
  orders: Iterable<Order>,
  station: StationId | null,
  max = 12,
): Ticket[] {
  return [...orders]
    .flatMap((order) => {
      const lines = linesFor(order, station).filter(({ status }) => status === 'ready');
      const at = Math.max(...lines.map((line) => line.at.ready ?? 0));
      return lines.length === 0
        ? []
        : [{ ...shared(order), since: at, lines, waiting: [], isStarted: true }];
    })
    .toSorted((a, b) => b.since - a.since)
    .slice(0, max);
}

/** How many of each thing are still to be made, over all tickets. */
export function allDayCounts(tickets: readonly Ticket[]): readonly (readonly [string, number])[] {
  const counts = new Map<string, number>();
  for (const { lines, waiting } of tickets) {
    for (const line of lines) {
      if (!waiting.includes(line.lineId)) continue;
      const name = line.variantName ? `${line.name} · ${line.variantName}` : line.name;
      counts.set(name, (counts.get(name) ?? 0) + line.quantity);
    }
  }
  return [...counts].toSorted((a, b) => b[1] - a[1]);
}

function ticketOf(order: Order, station: StationId | null): Ticket | undefined {
  const lines = linesFor(order, station);
  const waiting = lines.filter(({ status }) => isWaiting(status));
  if (waiting.length === 0) return undefined;
  return {
    ...shared(order),
    since: Math.min(...waiting.map((line) => line.at.sent ?? order.openedAt)),
    lines: lines.filter(({ status }) => status !== 'served'),
    waiting: waiting.map(({ lineId }) => lineId),
    isStarted: waiting.every(({ status }) => status === 'started'),
  };
}

function shared({ id, number, tableId, channel, name, note }: Order) {
  return { orderId: id, number, tableId, channel, name, note };
}

function linesFor(order: Order, station: StationId | null): OrderLine[] {
  return order.lines.filter(
    ({ stationId, status }) => status !== 'draft' && (station === null || stationId === station),
  );
}

function isWaiting(status: OrderLine['status']): boolean {
  return status === 'sent' || status === 'shown' || status === 'started';
}
