import type { LineId, OrderId, ProductId } from '@fynlo/domain';
import type { DeviceKind } from '@fynlo/domain/device';
import type { Order, OrderLine } from '@fynlo/domain/order';
import { v7 as uuidv7 } from 'uuid';
import { Device, type JoinAt } from './device.ts';

export interface StaffPlan {
  readonly waiters: number;
  readonly tills: number;
  readonly kitchens: number;
  readonly random: () => number;
  /** Where the devices connect, when that is not the hub itself: a proxy's port. */
  readonly port?: number;
  /** Each device comes from an address of its own; the hub takes few strangers from one. */
  readonly ownAddresses?: boolean;
}

const queueMax = 120;
const ownOrdersMax = 3;

/**
 * People at work, each with a device of their own: waiters open orders, add lines and send; tills
 * add to the same orders and void; kitchens start, bump, recall, and say what is 86. They go on
 * while the hub is away, as people do, until their device's queue is long.
 */
export class Staff {
  readonly devices: readonly Device[];
  readonly #random: () => number;
  #working: Promise<void>[] = [];
  #stopped = true;
  #products: readonly ProductId[] = [];

  private constructor(devices: readonly Device[], random: () => number) {
    this.devices = devices;
    this.#random = random;
  }

  static async open(at: JoinAt, plan: StaffPlan): Promise<Staff> {
    const devices: Device[] = [];
    const add = async (kind: DeviceKind, title: string, count: number) => {
      for (let i = 1; i <= count; i++) {
        const address = plan.ownAddresses ? ownAddress(devices.length) : undefined;
        devices.push(await Device.open(at, kind, `${title} ${i}`, { port: plan.port, address }));
      }
    };
    await add('phone', 'Phone', plan.waiters);
    await add('till', 'Till', plan.tills);
    await add('kitchen', 'Kitchen', plan.kitchens);
    const staff = new Staff(devices, plan.random);
    while (!devices.every((device) => device.isLive())) await pause(5);
    staff.#products = simpleProducts(devices[0] as Device);
    return staff;
  }

  /** Begins to work: each device does something about every `everyMs`. */
  work(everyMs: number): void {
    this.#stopped = false;
    this.#working = this.devices.map((device) => this.#workOn(device, everyMs));
  }

  /** Everybody puts their device down. What is queued stays queued. */
  async rest(): Promise<void> {
    this.#stopped = true;
    await Promise.all(this.#working);
  }

  async close(): Promise<void> {
    await this.rest();
    await Promise.all(this.devices.map((device) => device.close()));
  }

  /** One thing a person does on this device now. */
  act(device: Device): void {
    if (device.client.status().unsent > queueMax) return;
    if (device.kind === 'kitchen') this.#cook(device);
    else if (device.kind === 'till') this.#atTheTill(device);
    else this.#serveTables(device);
  }

  async #workOn(device: Device, everyMs: number): Promise<void> {
    await pause(this.#random() * everyMs);
    while (!this.#stopped) {
      this.act(device);
      await pause(everyMs * (0.5 + this.#random()));
    }
  }

  #serveTables(device: Device): void {
    const own = [...device.client.view().openOrders()].filter(
      ({ openedBy }) => openedBy === device.client.deviceId,
    );
    const order = own.length > 0 ? this.#pick(own) : undefined;
    const dice = this.#random();
    if (!order || (own.length < ownOrdersMax && dice < 0.2)) return this.#openOrder(device);
    const { id: orderId } = order;
    const draft = order.lines.find(({ status }) => status === 'draft');
    const ready = linesIn(order, ['ready']);
    if (dice < 0.45 && order.lines.length < 12) this.#addLines(device, orderId);
    else if (dice < 0.55 && draft) this.#changeDraft(device, orderId, draft);
    else if (dice < 0.75 && draft) device.ask({ type: 'order.send', orderId });
    else if (dice < 0.9 && ready.length > 0)
      device.ask({ type: 'order.serve', orderId, lineIds: ready });
    else if (dice < 0.95) {
      device.ask({
        type: 'order.change-details',
        orderId,
        note: `note ${Math.floor(dice * 1e6)}`,
      });
    } else if (order.lines.length > 5) this.#finish(device, order);
    else this.#addLines(device, orderId);
  }

  #openOrder(device: Device): void {
    const tables = device.client.view().floor()?.floor.tables ?? [];
    // A device that shows no floor plan shows no tables to open an order at.
    if (tables.length === 0) return;
    const orderId = uuidv7() as OrderId;
    const tableId = this.#pick(tables).id;
    device.ask({ type: 'order.open', orderId, channel: 'dine-in', tableId });
    this.#addLines(device, orderId);
  }

  #addLines(device: Device, orderId: OrderId): void {
    const count = 1 + Math.floor(this.#random() * 3);
    const lines = Array.from({ length: count }, () => ({
      lineId: uuidv7() as LineId,
      productId: this.#pick(this.#products),
      quantity: 1 + Math.floor(this.#random() * 3),
      options: [],
    }));
    device.ask({ type: 'order.add-lines', orderId, lines });
  }

  #changeDraft(device: Device, orderId: OrderId, { lineId, version, quantity }: OrderLine): void {
    const dice = this.#random();
    if (dice < 0.5) {
      const command = { orderId, lineId, quantity: (quantity % 9) + 1, lineVersion: version };
      device.ask({ type: 'order.change-quantity', ...command });
    } else if (dice < 0.8) {
      device.ask({
        type: 'order.note-line',
        orderId,
        lineId,
        note: `no ${Math.floor(dice * 1e6)}`,
      });
    } else device.ask({ type: 'order.remove-line', orderId, lineId });
  }

  #finish(device: Device, { id: orderId, lines }: Order): void {
    for (const { lineId, status } of lines) {
      if (status === 'draft') device.ask({ type: 'order.remove-line', orderId, lineId });
    }
    device.ask({ type: 'order.complete', orderId });
  }

  #atTheTill(device: Device): void {
    const orders = [...device.client.view().openOrders()];
    if (orders.length === 0) return this.#openOrder(device);
    const order = this.#pick(orders);
    const sent = linesIn(order, ['sent', 'shown', 'started', 'ready']);
    const dice = this.#random();
    if (dice < 0.2 && sent.length > 0) {
      const lineId = this.#pick(sent);
      device.ask({ type: 'order.void-line', orderId: order.id, lineId, reason: 'dropped' });
    } else if (dice < 0.5) this.#addLines(device, order.id);
    else if (dice < 0.7) device.ask({ type: 'order.send', orderId: order.id });
    else if (dice < 0.8) {
      const table = this.#pick(device.client.view().floor()?.floor.tables ?? []);
      if (table) device.ask({ type: 'order.move', orderId: order.id, tableId: table.id });
    } else this.#finish(device, order);
  }

  #cook(device: Device): void {
    const orders = [...device.client.view().openOrders()].filter(({ rounds }) => rounds > 0);
    const dice = this.#random();
    if (dice < 0.05 || orders.length === 0) {
      const productId = this.#pick(this.#products.slice(0, 5));
      const isSoldOut = device.client.view().menu()?.soldOut.has(productId) ?? false;
      device.ask({ type: 'menu.eighty-six', productId, soldOut: !isSoldOut });
      return;
    }
    const order = this.#pick(orders);
    const { id: orderId } = order;
    const waiting = linesIn(order, ['sent', 'shown']);
    const cooking = linesIn(order, ['sent', 'shown', 'started']);
    const done = linesIn(order, ['ready', 'served']);
    if (dice < 0.35 && waiting.length > 0) {
      device.ask({ type: 'kitchen.start', orderId, lineIds: waiting });
    } else if (dice < 0.85 && cooking.length > 0) {
      device.ask({ type: 'kitchen.bump', orderId, lineIds: [this.#pick(cooking)] });
    } else if (done.length > 0) {
      device.ask({ type: 'kitchen.recall', orderId, lineIds: [this.#pick(done)] });
    }
  }

  #pick<T>(items: readonly T[]): T {
    return items[Math.floor(this.#random() * items.length)] as T;
  }
}

function linesIn({ lines }: Order, statuses: readonly OrderLine['status'][]): LineId[] {
  return lines.filter(({ status }) => statuses.includes(status)).map(({ lineId }) => lineId);
}

/** Linux answers to every address of 127.0.0.0/8; other systems to one. */
function ownAddress(index: number): string | undefined {
  return process.platform === 'linux' ? `127.0.1.${index + 1}` : undefined;
}

/** What can be ordered at any hour without a question. */
export function simpleProducts(device: Device): readonly ProductId[] {
  const menu = device.client.view().menu()?.menu;
  if (!menu) return [];
  return menu.products
    .filter((product) => {
      const groups = menu.modifierGroups.filter(({ id }) => product.modifierGroupIds.includes(id));
      return (
        product.variants.length + product.availability.length === 0 &&
        groups.every(({ min }) => min === 0)
      );
    })
    .map(({ id }) => id);
}

export function pause(ms: number): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, ms));
}
