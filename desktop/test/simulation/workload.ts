import type { Client } from '@fynlo/client/connection';
import type { LineId, ProductId } from '@fynlo/domain';
import type { Order, WantedLine } from '@fynlo/domain/order';
import type { RestaurantReader } from '@fynlo/domain/restaurant';
import type { WireCommand } from '@fynlo/protocol/wire';
import {
  bitter,
  fishAndChips,
  howCooked,
  lineId,
  orderId,
  rare,
  steak,
  tableEight,
  tableSeven,
} from '@fynlo/testing/builders';
import type { DeviceNode } from './device-node.ts';
import type { Scheduler } from './scheduler.ts';

/** The same for one program that asks for everything, upon the state as it is. */
export function orderCommands(scheduler: Scheduler): (state: RestaurantReader) => WireCommand {
  const workload = new Workload(scheduler);
  return (state) => {
    const kind = scheduler.chance(0.25) ? 'kitchen' : 'till';
    return workload.next({ kind }, { view: () => state });
  };
}

/** What people do on a Friday, upon what their screens show; now and then something impossible. */
export class Workload {
  readonly #scheduler: Scheduler;
  #orders = 0;
  #lines = 0;

  constructor(scheduler: Scheduler) {
    this.#scheduler = scheduler;
  }

  next(device: Pick<DeviceNode, 'kind'>, client: Pick<Client, 'view'>): WireCommand {
    const order = this.#anOrder(client);
    if (device.kind === 'kitchen') return this.#atTheKitchen(order);
    return this.#atTheTable(order, device.kind === 'till');
  }

  #atTheTable(order: Order | undefined, isTill: boolean): WireCommand {
    const { below, pick } = this.#chance();
    if (!order || below(6) === 0) return this.#newOrder();
    const { id } = order;
    const line = pick(order.lines);
    switch (below(isTill ? 14 : 13)) {
      case 0:
      case 1:
      case 2:
      case 3:
        return { type: 'order.add-lines', orderId: id, lines: this.#wanted(1 + below(3)) };
      case 4:
      case 5:
      case 6:
        return { type: 'order.send', orderId: id };
      case 7:
        if (!line) return { type: 'order.cancel', orderId: id, reason: 'Left' };
        return {
          type: 'order.change-quantity',
          orderId: id,
          lineId: line.lineId,
          quantity: 1 + below(5),
          lineVersion: line.version,
        };
      case 8:
        if (!line) return { type: 'order.change-details', orderId: id, covers: below(8) };
        return { type: 'order.remove-line', orderId: id, lineId: line.lineId };
      case 9:
        return { type: 'order.serve', orderId: id, lineIds: this.#some(order) };
      case 10:
        return { type: 'order.move', orderId: id, tableId: this.#table() };
      case 11:
        return { type: 'order.complete', orderId: id };
      case 12:
        if (below(2) === 0) return { type: 'table.clean', tableId: this.#table() };
        return { type: 'order.note-line', orderId: id, lineId: lineOf(line), note: 'No onions' };
      default:
        return { type: 'order.void-line', orderId: id, lineId: lineOf(line), reason: 'Burnt' };
    }
  }

  #atTheKitchen(order: Order | undefined): WireCommand {
    const { below, pick } = this.#chance();
    if (!order || below(10) === 0) {
      const productId = pick([bitter, steak]) as ProductId;
      return { type: 'menu.eighty-six', productId, soldOut: below(2) === 0 };
    }
    const type = pick(['kitchen.show', 'kitchen.start', 'kitchen.bump', 'kitchen.recall'] as const);
    return { type: type ?? 'kitchen.show', orderId: order.id, lineIds: this.#some(order) };
  }

  #newOrder(): WireCommand {
    const { below } = this.#chance();
    const id = orderId(++this.#orders);
    const opening = { orderId: id, channel: 'dine-in', tableId: this.#table() } as const;
    if (below(2) === 0) return { type: 'order.place', ...opening, lines: this.#wanted(2) };
    return { type: 'order.open', ...opening, covers: 1 + below(6) };
  }

  #wanted(count: number): WantedLine[] {
    const { below, pick } = this.#chance();
    return Array.from({ length: count }, () => {
      const productId = pick([fishAndChips, fishAndChips, steak, bitter]) as ProductId;
      const options = productId === steak ? [{ groupId: howCooked, optionId: rare }] : [];
      return { lineId: lineId(++this.#lines), productId, quantity: 1 + below(3), options };
    });
  }

  /** Mostly one that is open on this screen, now and then one that nobody knows here. */
  #anOrder(client: Pick<Client, 'view'>): Order | undefined {
    const { below, pick } = this.#chance();
    const orders = [...client.view().openOrders()];
    if (below(12) > 0 || this.#orders === 0) return pick(orders);
    const [first] = orders;
    return first && { ...first, id: orderId(1 + below(this.#orders)) };
  }

  #some({ lines }: Order): LineId[] {
    const { below } = this.#chance();
    const chosen = lines.filter(() => below(2) === 0);
    return (chosen.length > 0 ? chosen : lines.slice(0, 1)).map((line) => lineOf(line));
  }

  #table() {
    return this.#scheduler.below(2) === 0 ? tableSeven : tableEight;
  }

  #chance() {
    const scheduler = this.#scheduler;
    return {
      below: (n: number) => scheduler.below(n),
      pick: <T>(from: readonly T[]) => scheduler.pick(from),
    };
  }
}

function lineOf(line: { readonly lineId: LineId } | undefined): LineId {
  return line?.lineId ?? lineId(999_999);
}
