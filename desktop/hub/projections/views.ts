import type { DeviceId, OrderId } from '@fynlo/domain';
import { evolveOrder, type Order, type OrderEvent } from '@fynlo/domain/order';
import {
  partsOf,
  RestaurantState,
  type OrderCounter,
  type RestaurantParts,
  type RestaurantReader,
} from '@fynlo/domain/restaurant';
import { upcast } from '@fynlo/domain/upcast';
import type { WritableDb } from '../db/open-database.ts';
import type { EventLog, LoggedEvent } from '../event-log/event-log.ts';
import { parseWireEvent } from '../event-log/wire-event.ts';

type Part = 'settings' | 'menu' | 'floor' | 'tables' | 'devices';

const rebuildPage = 5_000;
/** Another number makes the next start rebuild every view from the log. */
export const viewsVersion = '1';

/**
 * The views kept with the log, in the same transaction as the events they show.
 *
 * `order_view` says which orders there are and which are open; an order itself is told by the
 * events of its stream, so nothing of it is written twice. `state_view` holds the rest, small
 * enough to be kept whole. A start reads these and the streams of open orders, however long the
 * log is.
 */
export class Views {
  readonly #db: WritableDb;
  readonly #log: EventLog;
  readonly #statements: ReturnType<typeof prepareStatements>;

  constructor(db: WritableDb, log: EventLog) {
    this.#db = db;
    this.#log = log;
    this.#statements = prepareStatements(db);
  }

  /**
   * The restaurant as it stands at the head of the log. The views are there to the last event,
   * because they changed in its transaction; they are rebuilt when their shape has changed.
   */
  load(): RestaurantState {
    if (this.#statements.version.get() !== viewsVersion) this.rebuild();
    const state = new RestaurantState(new ClosedOrders(this));
    for (const row of this.#statements.parts.all() as { part: Part; body: string }[]) {
      const parts: RestaurantParts = { [row.part]: JSON.parse(row.body) };
      state.restore(parts);
    }
    const orderCounter = this.#statements.counter.get() as OrderCounter | undefined;
    if (orderCounter) state.restore({ orderCounter });
    // A restore matters on its own business day; an old one need not be read from an archive.
    for (const event of this.#log.readRecentStream('history')) state.apply(event);
    const ids = this.#statements.openIds.all() as OrderId[];
    state.restore({ orders: ids.flatMap((id) => this.foldOrder(id) ?? []) });
    return state;
  }

  /** Called inside the log's transaction. `staged` holds the state after the events. */
  project(events: readonly LoggedEvent[], staged: RestaurantReader): void {
    const parts = new Set<Part>();
    for (const { row } of events) this.#projectOne(row, staged, parts);
    if (parts.size > 0) this.#saveParts(staged, parts);
  }

  /** Throws every view away and makes it again from the log. */
  rebuild(): void {
    const state = new RestaurantState();
    this.#db.transaction(() => {
      this.#statements.clearOrders.run();
      this.#statements.clearParts.run();
      const all = new Set<Part>(['settings', 'menu', 'floor', 'tables', 'devices']);
      for (const events of this.#pages()) {
        for (const { row, json } of events) {
          const event = upcast(parseWireEvent(json), this.#log.shapes);
          state.apply(event);
          this.#projectOne(row, state, new Set());
          if (event.type === 'order.completed' || event.type === 'order.cancelled') {
            state.forgetOrder(event.stream.slice('order:'.length) as OrderId);
          }
        }
      }
      this.#saveParts(state, all);
      this.#statements.setVersion.run(viewsVersion);
    })();
  }

  /** An order from its own events, open or closed; `undefined` when there is none. */
  foldOrder(id: OrderId): Order | undefined {
    let order: Order | undefined;
    for (const stored of this.#log.readStream(`order:${id}`)) {
      const event = upcast(stored, this.#log.shapes);
      const { occurredAt: at, device: by } = event;
      order = evolveOrder(order, event as OrderEvent, { id, at, by });
    }
    return order;
  }

  /** The highest number that an order of this business day has; 0 when there is none. */
  lastOrderNumber(businessDay: string): number {
    return this.#statements.lastNumber.get(businessDay) as number;
  }

  isKnown(id: OrderId): boolean {
    if (this.#statements.known.get(`order:${id}`) !== undefined) return true;
    return this.#log.archives.hasOrder(id);
  }

  /**
   * Ids of orders in one state, newest first, older than `beforeSeq` (the order's opening).
   * @throws ArchiveUnreadableError when the page reaches into an archive that is missing.
   */
  orderIds(
    state: 'open' | 'closed',
    beforeSeq: number,
    limit: number,
  ): readonly { readonly id: OrderId; readonly openedSeq: number }[] {
    const statement = state === 'open' ? this.#statements.listOpen : this.#statements.listClosed;
    const recent = statement.all(beforeSeq, limit) as { id: OrderId; openedSeq: number }[];
    // Whatever is archived is closed.
    if (state === 'open' || recent.length === limit) return recent;
    return [...recent, ...this.#log.archives.orders(beforeSeq, limit - recent.length)];
  }

  #projectOne(row: LoggedEvent['row'], state: RestaurantReader, parts: Set<Part>): void {
    const { insertOrder, closeOrder } = this.#statements;
    switch (row.type) {
      case 'order.opened':
      case 'order.placed': {
        const id = row.stream.slice('order:'.length) as OrderId;
        const order = state.order(id);
        if (!order) throw new Error(`${row.type} at ${row.seq} left no order.`);
        // A rebuild passes the archived ones too; their row was removed with their events.
        if (row.seq > this.#log.archives.upTo()) {
          insertOrder.run(row.seq, id, order.number, order.businessDay);
        }
        break;
      }
      case 'order.completed':
      case 'order.cancelled':
        closeOrder.run(row.type.slice('order.'.length), row.stream);
        break;
      case 'table.seated':
      case 'table.vacated':
      case 'table.cleaned':
        parts.add('tables');
        break;
      case 'menu.imported':
      case 'menu.product-sold-out':
      case 'menu.product-back':
        parts.add('menu');
        break;
      case 'floor.imported':
        parts.add('floor');
        break;
      case 'settings.changed':
        parts.add('settings');
        break;
      case 'device.joined':
        parts.add('devices');
        break;
      default:
        break;
    }
  }

  #saveParts(state: RestaurantReader, parts: ReadonlySet<Part>): void {
    const whole = partsOf({ ...readerWithoutOrders(state) });
    for (const part of parts) {
      if (whole[part]) this.#statements.setPart.run(part, JSON.stringify(whole[part]));
    }
  }

  *#pages(): Iterable<LoggedEvent[]> {
    let after = 0;
    for (;;) {
      const page = this.#log.readWireSince(after, rebuildPage);
      if (page.length === 0) return;
      yield page;
      after = page.at(-1)?.row.seq ?? after;
    }
  }
}

/** What the live state stands on: orders that are closed are read from the log when asked for. */
class ClosedOrders implements RestaurantReader {
  readonly #views: Views;
  constructor(views: Views) {
    this.#views = views;
  }
  order(id: OrderId): Order | undefined {
    return this.#views.isKnown(id) ? this.#views.foldOrder(id) : undefined;
  }
  settings = () => undefined;
  menu = () => undefined;
  floor = () => undefined;
  table = () => undefined;
  device = (_id: DeviceId) => undefined;
  orderCounter = () => undefined;
  openOrders = () => [];
  tables = () => [];
  devices = () => [];
}

function readerWithoutOrders(state: RestaurantReader): RestaurantReader {
  return {
    settings: () => state.settings(),
    menu: () => state.menu(),
    floor: () => state.floor(),
    order: () => undefined,
    table: (id) => state.table(id),
    device: (id) => state.device(id),
    orderCounter: () => state.orderCounter(),
    openOrders: () => [],
    tables: () => state.tables(),
    devices: () => state.devices(),
  };
}

function prepareStatements(db: WritableDb) {
  const list = `SELECT order_id AS id, opened_seq AS openedSeq FROM order_view`;
  return {
    parts: db.prepare('SELECT part, body FROM state_view'),
    setPart: db.prepare(
      'INSERT INTO state_view (part, body) VALUES (?, ?) ON CONFLICT (part) DO UPDATE SET body = excluded.body',
    ),
    clearParts: db.prepare('DELETE FROM state_view'),
    clearOrders: db.prepare('DELETE FROM order_view'),
    openIds: db
      .prepare(`SELECT order_id FROM order_view WHERE state = 'open' ORDER BY opened_seq`)
      .pluck(),
    known: db.prepare('SELECT 1 FROM event WHERE stream = ? AND stream_version = 1').pluck(),
    insertOrder: db.prepare(
      `INSERT INTO order_view (opened_seq, order_id, number, business_day, state) VALUES (?, ?, ?, ?, 'open')`,
    ),
    closeOrder: db.prepare(
      `UPDATE order_view SET state = ?
       WHERE opened_seq = (SELECT seq FROM event WHERE stream = ? AND stream_version = 1)`,
    ),
    listOpen: db.prepare(
      `${list} WHERE state = 'open' AND opened_seq < ? ORDER BY opened_seq DESC LIMIT ?`,
    ),
    listClosed: db.prepare(
      `${list} WHERE state <> 'open' AND opened_seq < ? ORDER BY opened_seq DESC LIMIT ?`,
    ),
    counter: db.prepare(
      // Without the letters of a series: 13 of `13` and of `B13`.
      `SELECT business_day AS businessDay,
         CAST(ltrim(number, 'ABCDEFGHIJKLMNOPQRSTUVWXYZ') AS INTEGER) AS last FROM order_view
       ORDER BY opened_seq DESC LIMIT 1`,
    ),
    lastNumber: db
      .prepare(
        `SELECT ifnull(max(CAST(ltrim(number, 'ABCDEFGHIJKLMNOPQRSTUVWXYZ') AS INTEGER)), 0)
         FROM order_view WHERE business_day = ?`,
      )
      .pluck(),
    version: db.prepare(`SELECT value FROM setting WHERE key = 'views-version'`).pluck(),
    setVersion: db.prepare(
      `INSERT INTO setting (key, value) VALUES ('views-version', ?)
       ON CONFLICT (key) DO UPDATE SET value = excluded.value`,
    ),
  };
}
