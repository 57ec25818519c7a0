import type { Order } from '@fynlo/domain/order';
import { partsOf, type RestaurantParts, type RestaurantReader } from '@fynlo/domain/restaurant';
import type { Position, Snapshot, Subscription } from '@fynlo/protocol/wire';
import { frameText } from './frame.ts';

const ordersPerFrame = 100;

/**
 * The whole state as one audience may see it, in pieces. Made one by one, so that a client reads
 * the first while the next is being made.
 */
export function* snapshotFrames(
  state: RestaurantReader,
  position: Position,
  wanted: Subscription,
): Iterable<Buffer> {
  const { orders = [], ...rest } = forAudience(partsOf(state), wanted);
  const pieces: RestaurantParts[] = [rest];
  for (let i = 0; i < orders.length; i += ordersPerFrame) {
    pieces.push({ orders: orders.slice(i, i + ordersPerFrame) });
  }
  for (const [i, parts] of pieces.entries()) {
    const more = i < pieces.length - 1;
    const message: Snapshot = { type: 'snapshot', position, parts, piece: i, more };
    yield frameText(JSON.stringify(message));
  }
}

function forAudience(parts: RestaurantParts, { topics, stations }: Subscription): RestaurantParts {
  if (topics.includes('*')) return parts;
  const { settings, menu, floor, orderCounter, orders = [], tables, devices } = parts;
  const wants = (topic: string) => topics.includes(`${topic}.*`);
  const shownOrders = wants('order')
    ? orders
    : orders.flatMap((order) => ofStations(order, stations) ?? []);
  return {
    // Without these no screen can write an amount or a name.
    ...(settings && { settings }),
    ...(orderCounter && { orderCounter }),
    orders: shownOrders,
    ...(menu && wants('menu') && { menu }),
    ...(floor && wants('floor') && { floor }),
    ...(tables && wants('table') && { tables }),
    ...(devices && wants('device') && { devices }),
  };
}

function ofStations(order: Order, stations: readonly string[]): Order | undefined {
  if (stations.length === 0) return undefined;
  const lines = order.lines.filter(({ stationId }) => stations.includes(stationId));
  return { ...order, lines };
}
