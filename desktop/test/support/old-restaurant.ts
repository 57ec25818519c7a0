import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { ClientId, Command, LineId, OrderId } from '@fynlo/domain';
import { partsOf } from '@fynlo/domain/restaurant';
import {
  bitter,
  buildFloor,
  buildMenu,
  buildSettings,
  fishAndChips,
  tableSeven,
} from '@fynlo/testing/builders';
import { Archiver, type ArchiverOptions } from '../../hub/archive/archiver.ts';
import { CommandRoad } from '../../hub/commands/command-road.ts';
import type { Answer } from '../../hub/commands/submission.ts';
import { openDatabase, type WritableDb } from '../../hub/db/open-database.ts';
import { EventLog } from '../../hub/event-log/event-log.ts';
import { hubSession } from '../../hub/pairing/sessions.ts';
import { Views } from '../../hub/projections/views.ts';
import { systemSurroundings } from '../../hub/surroundings.ts';

export const dayMs = 86_400_000;
/** 12:00 in London. */
export const firstNoon = Date.parse('2026-03-01T12:00:00Z');

/** A hub's core on a real file, with a calendar that a test turns: many days pass in a moment. */
export class OldRestaurant {
  readonly folder: string;
  now = firstNoon;
  db!: WritableDb;
  log!: EventLog;
  views!: Views;
  road!: CommandRoad;
  readonly #nos = new Map<ClientId, number>();

  constructor(folder = mkdtempSync(join(tmpdir(), 'fynlo-old-'))) {
    this.folder = folder;
    this.open();
  }

  /** A restaurant with settings, floor and menu. */
  static async build(): Promise<OldRestaurant> {
    const at = new OldRestaurant();
    const hub = clientNo(0);
    await at.send(hub, { type: 'settings.change', settings: buildSettings() });
    await at.send(hub, { type: 'floor.import', floor: buildFloor() });
    await at.send(hub, { type: 'menu.import', menu: buildMenu() });
    return at;
  }

  open(): void {
    this.db = openDatabase(join(this.folder, 'fynlo.db'));
    this.log = new EventLog(this.db);
    this.views = new Views(this.db, this.log);
    this.road = new CommandRoad({
      log: this.log,
      views: this.views,
      surroundings: systemSurroundings(() => this.now),
      publish: () => undefined,
      onOutcomeUnknown: (error) => {
        throw error;
      },
    });
  }

  /** As after a crash or an orderly end: SQLite leaves the same file behind either way. */
  reopen(): void {
    this.shut();
    this.open();
  }

  shut(): void {
    this.log.archives.close();
    this.db.close();
  }

  remove(): void {
    this.shut();
    rmSync(this.folder, { recursive: true, force: true });
  }

  archiver(change: Partial<ArchiverOptions> = {}): Archiver {
    return new Archiver({
      db: this.db,
      log: this.log,
      heldElsewhere: { upTo: () => this.log.head().seq },
      keepDays: 60,
      now: () => this.now,
      today: () => this.road.today(),
      onOutcomeUnknown: (error) => {
        throw error;
      },
      pause: () => Promise.resolve(),
      daysPerFileMin: 1,
      eventsPerSlice: 7,
      ...change,
    });
  }

  /** The next command of a client. */
  send(client: ClientId, command: Command): Promise<Answer> {
    const no = (this.#nos.get(client) ?? 0) + 1;
    this.#nos.set(client, no);
    return this.sendAgain(client, no, command);
  }

  sendAgain(clientId: ClientId, no: number, command: Command): Promise<Answer> {
    return this.road.submit({ clientId, no, command, session: hubSession });
  }

  /** `guests` orders, taken, cooked and paid for, and one wish that is refused. */
  async oneDay(guests: number, client = clientNo(1)): Promise<OrderId[]> {
    const ids: OrderId[] = [];
    for (let guest = 0; guest < guests; guest++) {
      const place = placeFish();
      const { orderId, lines } = place;
      const lineIds = lines.map(({ lineId }) => lineId);
      const placed = await this.send(client, place);
      if (placed.kind !== 'accepted') throw new Error(JSON.stringify(placed));
      await this.send(client, { type: 'kitchen.bump', orderId, lineIds });
      await this.send(client, { type: 'order.complete', orderId });
      await this.send(client, { type: 'order.send', orderId });
      ids.push(orderId);
      this.now += 60_000;
    }
    return ids;
  }

  nextDay(): void {
    this.now += dayMs;
  }

  digest(): string {
    return JSON.stringify(partsOf(this.road.state));
  }

  /** Every event as its one spelling, wherever it is kept. */
  wholeLog(): string[] {
    return this.log.readWireSince(0, 1_000_000).map(({ json }) => json);
  }

  hotEvents(): number {
    return this.db.prepare('SELECT count(*) FROM event').pluck().get() as number;
  }
}

let ids = 0;

/** A UUID; ordered, so that a failing run can be read. */
export function uuid(kind: string): string {
  return `0198c0de-${kind}-7000-8000-${String(++ids).padStart(12, '0')}`;
}

export function clientNo(n: number): ClientId {
  return `0198c0de-c000-7000-8000-${String(n).padStart(12, '0')}` as ClientId;
}

export function placeFish(orderId = uuid('0a0a') as OrderId) {
  return {
    type: 'order.place' as const,
    orderId,
    channel: 'dine-in' as const,
    tableId: tableSeven,
    lines: [fishAndChips, bitter].map((productId) => ({
      lineId: uuid('0b0b') as LineId,
      productId,
      quantity: 1,
      options: [],
    })),
  };
}
