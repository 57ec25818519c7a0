import { evolveDevice, type Device, type DeviceEvent } from '../device/index.ts';
import type { FynloEvent, StreamId } from '../event.ts';
import { evolveFloor, type FloorEvent, type FloorState } from '../floor/index.ts';
import {
  countOfOrderNumber,
  evolveHistory,
  type HistoryEvent,
  type HistoryState,
} from '../history/index.ts';
import type { DeviceId, OrderId, ProductId, TableId } from '../ids.ts';
import { evolveMenu, type MenuEvent, type MenuState } from '../menu/index.ts';
import { evolveOrder, type Order, type OrderEvent } from '../order/index.ts';
import { evolveSettings, type SettingsEvent, type SettingsState } from '../settings/index.ts';
import { evolveTable, type TableEvent, type TableState } from '../table/index.ts';

/** The number the last order of a business day got. Told by the event that opened it. */
export interface OrderCounter {
  readonly businessDay: string;
  readonly last: number;
}

/** What rules and screens may read. The hub and every device hold one, made of the same events. */
export interface RestaurantReader {
  settings(): SettingsState | undefined;
  menu(): MenuState | undefined;
  floor(): FloorState | undefined;
  order(id: OrderId): Order | undefined;
  table(id: TableId): TableState | undefined;
  device(id: DeviceId): Device | undefined;
  orderCounter(): OrderCounter | undefined;
  /** In the order they were opened. */
  openOrders(): Iterable<Order>;
  tables(): Iterable<TableState>;
  devices(): Iterable<Device>;
}

/** An event with what `evolve` needs of its envelope. */
export type Happening = FynloEvent & {
  readonly stream: StreamId;
  readonly occurredAt: number;
  readonly device: DeviceId;
};

/**
 * The restaurant as its events tell it. A state may stand on a base that it never changes: what is
 * staged can be thrown away whole, or taken over with `mergeInto`. The hub stages a group until it
 * is on disk; a device stages what it has asked for until the hub has answered.
 */
export class RestaurantState implements RestaurantReader {
  readonly #base: RestaurantReader | undefined;
  readonly #orders = new Map<OrderId, Order>();
  readonly #tables = new Map<TableId, TableState>();
  readonly #devices = new Map<DeviceId, Device>();
  #settings: SettingsState | undefined;
  #menu: MenuState | undefined;
  #floor: FloorState | undefined;
  #counter: OrderCounter | undefined;
  #history: HistoryState | undefined;

  constructor(base?: RestaurantReader) {
    this.#base = base;
  }

  settings(): SettingsState | undefined {
    return this.#settings ?? this.#base?.settings();
  }
  menu(): MenuState | undefined {
    return this.#menu ?? this.#base?.menu();
  }
  floor(): FloorState | undefined {
    return this.#floor ?? this.#base?.floor();
  }
  order(id: OrderId): Order | undefined {
    return this.#orders.get(id) ?? this.#base?.order(id);
  }
  table(id: TableId): TableState | undefined {
    return this.#tables.get(id) ?? this.#base?.table(id);
  }
  device(id: DeviceId): Device | undefined {
    return this.#devices.get(id) ?? this.#base?.device(id);
  }
  orderCounter(): OrderCounter | undefined {
    return this.#counter ?? this.#base?.orderCounter();
  }
  /** Only what was applied here: a history changes while nobody decides upon it. */
  history(): HistoryState | undefined {
    return this.#history;
  }
  *openOrders(): Iterable<Order> {
    for (const order of merged(this.#base?.openOrders(), this.#orders)) {
      if (order.state === 'open') yield order;
    }
  }
  tables(): Iterable<TableState> {
    return merged(this.#base?.tables(), this.#tables);
  }
  devices(): Iterable<Device> {
    return merged(this.#base?.devices(), this.#devices);
  }

  /** @throws when an event contradicts what went before it: the log or this code is broken. */
  apply(event: Happening): void {
    const { stream, occurredAt: at, device: by } = event;
    const colon = stream.indexOf(':');
    const id = stream.slice(colon + 1);
    switch (colon < 0 ? stream : stream.slice(0, colon)) {
      case 'order':
        this.#applyToOrder(id as OrderId, event as OrderEvent, at, by);
        break;
      case 'table': {
        const when = { id: id as TableId, at };
        this.#tables.set(when.id, evolveTable(this.table(when.id), event as TableEvent, when));
        break;
      }
      case 'device': {
        const when = { id: id as DeviceId, at };
        this.#devices.set(when.id, evolveDevice(this.device(when.id), event as DeviceEvent, when));
        break;
      }
      case 'menu':
        this.#menu = evolveMenu(this.menu(), event as MenuEvent);
        break;
      case 'floor':
        this.#floor = evolveFloor(this.floor(), event as FloorEvent);
        break;
      case 'settings':
        this.#settings = evolveSettings(this.settings(), event as SettingsEvent);
        break;
      case 'history':
        this.#history = evolveHistory(this.#history, event as HistoryEvent);
        break;
      default:
        throw new Error(`No aggregate is kept for stream ${stream}.`);
    }
  }

  /** Hands everything held here to `target`, which must be this state's base. */
  mergeInto(target: RestaurantState): void {
    for (const [id, order] of this.#orders) target.#orders.set(id, order);
    for (const [id, table] of this.#tables) target.#tables.set(id, table);
    for (const [id, device] of this.#devices) target.#devices.set(id, device);
    target.#settings = this.#settings ?? target.#settings;
    target.#menu = this.#menu ?? target.#menu;
    target.#floor = this.#floor ?? target.#floor;
    target.#counter = this.#counter ?? target.#counter;
  }

  /** Forgets a closed order; open ones stay. */
  forgetOrder(id: OrderId): void {
    if (this.#orders.get(id)?.state !== 'open') this.#orders.delete(id);
  }

  /** The orders held here and not in the base, closed ones included. */
  heldOrders(): Iterable<Order> {
    return this.#orders.values();
  }

  /** Takes parts as they are, from a snapshot of the same code. */
  restore(parts: RestaurantParts): void {
    for (const order of parts.orders ?? []) this.#orders.set(order.id, order);
    for (const table of parts.tables ?? []) this.#tables.set(table.id, table);
    for (const device of parts.devices ?? []) this.#devices.set(device.id, device);
    if (parts.settings) this.#settings = parts.settings;
    if (parts.floor) this.#floor = parts.floor;
    if (parts.orderCounter) this.#counter = parts.orderCounter;
    if (parts.menu) {
      const { menu, soldOut, version } = parts.menu;
      this.#menu = { menu, soldOut: new Set(soldOut), version };
    }
  }

  #applyToOrder(id: OrderId, event: OrderEvent, at: number, by: DeviceId): void {
    // A new order has nothing before it, and asking the base for it could mean reading a disk.
    const isNew = event.type === 'order.opened' || event.type === 'order.placed';
    const before = isNew ? undefined : this.order(id);
    this.#orders.set(id, evolveOrder(before, event, { id, at, by }));
    if (!isNew) return;
    const last = countOfOrderNumber(event.payload.number);
    // A device's own forecast carries a provisional number, which counts nothing.
    if (last !== undefined) this.#counter = { businessDay: event.payload.businessDay, last };
  }
}

/** A state as plain JSON, whole or in parts. */
export interface RestaurantParts {
  readonly settings?: SettingsState;
  readonly menu?: Omit<MenuState, 'soldOut'> & { readonly soldOut: readonly ProductId[] };
  readonly floor?: FloorState;
  readonly orderCounter?: OrderCounter;
  readonly orders?: readonly Order[];
  readonly tables?: readonly TableState[];
  readonly devices?: readonly Device[];
}

function* merged<T extends { readonly id: string }>(
  base: Iterable<T> | undefined,
  staged: ReadonlyMap<string, T>,
): Iterable<T> {
  const seen = new Set<string>();
  for (const item of base ?? []) {
    const newer = staged.get(item.id);
    if (newer) seen.add(item.id);
    yield newer ?? item;
  }
  for (const item of staged.values()) if (!seen.has(item.id)) yield item;
}
