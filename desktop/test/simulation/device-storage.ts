import type { ClientStorage, QueuedCommand, StoredView } from '@fynlo/client/connection';
import type { ClientId } from '@fynlo/domain';
import type { Process } from './process.ts';
import type { Scheduler } from './scheduler.ts';

interface Kept {
  clientId: ClientId;
  nextNo: number;
  queue: readonly QueuedCommand[];
  view: StoredView | null;
}

type Change = (kept: Kept) => Kept;

/**
 * A device's IndexedDB: transactions apply whole and in order. A strict one is safe once it has
 * answered; a relaxed one may be gone after a crash, and then so is everything after it.
 */
export class DeviceDisk {
  lostChanges = 0;
  readonly #scheduler: Scheduler;
  #flushed: Kept;
  #unflushed: Change[] = [];
  #idsMade = 0;
  readonly #name: string;

  constructor(scheduler: Scheduler, name: string) {
    this.#scheduler = scheduler;
    this.#name = name;
    this.#flushed = { clientId: this.newClientId(), nextNo: 1, queue: [], view: null };
  }

  newClientId(): ClientId {
    const n = String(++this.#idsMade).padStart(12, '0');
    return `00000000-0000-7000-8${this.#name.padStart(3, '0')}-${n}` as ClientId;
  }

  seen(): Kept {
    return this.#unflushed.reduce((kept, change) => change(kept), this.#flushed);
  }

  change(change: Change, strict: boolean): void {
    this.#unflushed.push(change);
    if (strict) this.flush();
  }

  flush(): void {
    this.#flushed = this.seen();
    this.#unflushed = [];
  }

  /** The device dies: of what was not flushed some first part is there. */
  crash(): void {
    const kept = this.#scheduler.below(this.#unflushed.length + 1);
    this.lostChanges += this.#unflushed.length - kept;
    this.#unflushed.length = kept;
    this.flush();
  }
}

export interface StorageFlaws {
  /** Says “kept” before it is. */
  readonly answersEarly?: boolean;
  /** Stores the cursor in one transaction and the data in a later one. */
  readonly cursorFirst?: boolean;
  /** Takes a reset for a reason to forget what was not sent. */
  readonly dropsQueueOnReset?: boolean;
}

/** What one run of the app has open of it. */
export function openDeviceStorage(
  disk: DeviceDisk,
  process: Process,
  flaws: StorageFlaws = {},
): ClientStorage {
  /** Resolves in a later turn, as a database does, and never for a process that ended. */
  const later = <T>(ms: number, work: () => T): Promise<T> =>
    new Promise((resolve) => {
      process.after(ms, () => resolve(work()));
    });
  const write = (change: Change, strict: boolean): Promise<void> => {
    if (flaws.answersEarly && strict) {
      process.after(200, () => disk.change(change, true));
      return later(0, () => undefined);
    }
    // What is under way when the device dies may be there afterwards or not.
    disk.change(change, false);
    return later(strict ? 3 : 1, () => {
      if (strict) disk.flush();
    });
  };
  return {
    problem: null,
    clientId: () => later(1, () => disk.seen().clientId),
    loadQueue: () => later(1, () => ({ queue: disk.seen().queue, nextNo: disk.seen().nextNo })),
    addToQueue: (commands) =>
      write((kept) => {
        const last = commands.at(-1);
        const queue = [...kept.queue, ...commands];
        return { ...kept, queue, nextNo: last ? last.no + 1 : kept.nextNo };
      }, true),
    removeFromQueue: (no) =>
      write((kept) => ({ ...kept, queue: kept.queue.filter((each) => each.no > no) }), false),
    takeNewClientId: async (queue) => {
      const clientId = disk.newClientId();
      await write((kept) => ({ ...kept, clientId, queue, nextNo: queue.length + 1 }), true);
      return clientId;
    },
    loadView: () => later(1, () => disk.seen().view),
    saveView: (view, answeredUpTo) => {
      if (flaws.cursorFirst) {
        disk.change((kept) => {
          const parts = kept.view?.parts ?? { orders: [], tables: [], devices: [] };
          return { ...kept, view: { ...view, parts } };
        }, false);
      }
      return write((kept) => {
        const queue = kept.queue.filter((each) => each.no > answeredUpTo);
        return { ...kept, view, queue };
      }, false);
    },
    dropView: () =>
      write(
        (kept) => ({ ...kept, view: null, queue: flaws.dropsQueueOnReset ? [] : kept.queue }),
        false,
      ),
    close: () => later(0, () => undefined),
  };
}
