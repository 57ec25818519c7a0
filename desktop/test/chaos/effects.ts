import type { RecordedEvent } from '@fynlo/domain';
import type { WireCommand } from '@fynlo/protocol/wire';

const eventOf: Record<WireCommand['type'], RecordedEvent['type']> = {
  'order.open': 'order.opened',
  'order.place': 'order.placed',
  'order.add-lines': 'order.lines-added',
  'order.change-quantity': 'order.quantity-changed',
  'order.note-line': 'order.line-noted',
  'order.remove-line': 'order.line-removed',
  'order.send': 'order.sent',
  'order.serve': 'order.lines-served',
  'order.void-line': 'order.line-voided',
  'order.change-details': 'order.details-changed',
  'order.move': 'order.moved',
  'order.complete': 'order.completed',
  'order.cancel': 'order.cancelled',
  'kitchen.show': 'order.lines-shown',
  'kitchen.start': 'order.lines-started',
  'kitchen.bump': 'order.lines-bumped',
  'kitchen.recall': 'order.lines-recalled',
  'table.seat': 'table.seated',
  'table.vacate': 'table.vacated',
  'table.clean': 'table.cleaned',
  'menu.eighty-six': 'menu.product-sold-out',
};

/**
 * Whether `events` are what `command` asks for and nothing else.
 * @returns what is not as asked, or `undefined`.
 */
export function whyNotAsAsked(
  command: WireCommand,
  events: readonly RecordedEvent[],
): string | undefined {
  const [event, ...others] = events;
  if (!event) return 'it left no event';
  const wanted =
    command.type === 'menu.eighty-six' && !command.soldOut
      ? 'menu.product-back'
      : eventOf[command.type];
  if (event.type !== wanted) return `it left ${event.type}`;
  if (others.some(({ type }) => !type.startsWith('table.'))) {
    return `it left ${others.map(({ type }) => type).join(' and ')} as well`;
  }
  if ('orderId' in command && event.stream !== `order:${command.orderId}`) {
    return `it changed ${event.stream}`;
  }
  return whyDifferent(command, event.payload);
}

/** Every field of the payload that the command has too must be as asked. */
function whyDifferent(command: WireCommand, payload: object): string | undefined {
  const given = payload as Readonly<Record<string, unknown>>;
  const asked = command as unknown as Readonly<Record<string, unknown>>;
  if ('lines' in command && linesText(command.lines) !== linesText(given['lines'])) {
    return 'its lines are others';
  }
  if ('lineIds' in command) {
    const ids = (given['lineIds'] ?? []) as string[];
    const foreign = ids.filter((id) => !command.lineIds.some((lineId) => lineId === id));
    if (ids.length === 0 || foreign.length > 0) return 'it moved other lines';
  }
  for (const field of ['lineId', 'quantity', 'note', 'reason', 'productId', 'tableId', 'channel']) {
    if (field in asked && field in given && asked[field] !== given[field]) {
      return `its ${field} is ${String(given[field])}`;
    }
  }
  return undefined;
}

function linesText(lines: unknown): string {
  const items = (lines ?? []) as { lineId: string; productId: string; quantity: number }[];
  return items.map((line) => `${line.lineId} ${line.productId} ${line.quantity}`).join();
}

/**
 * Follows what a kitchen and a bill would see, with the plainest rules there are, and says where
 * something happened a second time: an order opened again, a line added or sent twice, bumped
 * while it stood ready. It knows nothing of numbers, so it sees doubles under any name.
 */
export function findDoubles(events: readonly RecordedEvent[]): string[] {
  const doubles: string[] = [];
  const orders = new Set<string>();
  const lines = new Map<string, string>();
  const soldOut = new Set<string>();
  const double = (event: RecordedEvent, what: string) =>
    doubles.push(`${event.type} at ${event.seq} happened before: ${what}`);
  const move = (event: RecordedEvent, lineIds: readonly string[], to: string) => {
    for (const id of lineIds) {
      if (lines.get(id) === to) double(event, id);
      lines.set(id, to);
    }
  };
  for (const event of events) {
    switch (event.type) {
      case 'order.opened':
      case 'order.placed':
        if (orders.has(event.stream)) double(event, event.stream);
        orders.add(event.stream);
        if (event.type === 'order.opened') break;
        for (const { lineId } of event.payload.lines) move(event, [lineId], 'sent');
        break;
      case 'order.lines-added':
        for (const { lineId } of event.payload.lines) {
          if (lines.has(lineId)) double(event, lineId);
          lines.set(lineId, 'draft');
        }
        break;
      case 'order.sent':
        move(event, event.payload.lineIds, 'sent');
        break;
      case 'order.lines-started':
        move(event, event.payload.lineIds, 'started');
        break;
      case 'order.lines-bumped':
        move(event, event.payload.lineIds, 'ready');
        break;
      case 'order.lines-served':
        move(event, event.payload.lineIds, 'served');
        break;
      case 'order.lines-recalled':
        for (const id of event.payload.lineIds) lines.set(id, 'started');
        break;
      case 'order.line-removed':
      case 'order.line-voided':
        move(event, [event.payload.lineId], 'gone');
        break;
      case 'order.completed':
      case 'order.cancelled':
        if (!orders.delete(event.stream)) double(event, event.stream);
        break;
      case 'menu.product-sold-out':
        if (soldOut.has(event.payload.productId)) double(event, event.payload.productId);
        soldOut.add(event.payload.productId);
        break;
      case 'menu.product-back':
        if (!soldOut.delete(event.payload.productId)) double(event, event.payload.productId);
        break;
      default:
        break;
    }
  }
  return doubles;
}
