import { join } from 'node:path';
import type { WritableDb } from '../db/open-database.ts';
import type { EventLog } from '../event-log/event-log.ts';
import type { ArchiveEntry } from './archive-file.ts';
import type { HeldElsewhere } from './held-elsewhere.ts';
import { planArchive } from './plan-archive.ts';
import { Remover } from './remove-archived.ts';
import { checkArchiveFile, writeArchiveFile } from './write-archive-file.ts';

export interface ArchiverOptions {
  readonly db: WritableDb;
  readonly log: EventLog;
  readonly heldElsewhere: HeldElsewhere;
  /** Business days that stay in the hot file, today not counted. */
  readonly keepDays: number;
  readonly now: () => number;
  /** `YYYY-MM-DD` of the business day it is. */
  readonly today: () => string;
  /**
   * It is unknown whether a removal is on disk, so the process must end; its next start reads from
   * the file how far it came.
   */
  readonly onOutcomeUnknown: (error: unknown) => void;
  /** Called between any two steps with the name of the one just done; rests until a quiet moment. */
  readonly pause?: (step: string) => Promise<void>;
  readonly daysPerFileMin?: number;
  readonly eventsPerFileMax?: number;
  readonly eventsPerSlice?: number;
}

export interface Archived {
  readonly files: number;
  readonly events: number;
}

const daysPerFileMin = 30;
const eventsPerFileMax = 1_000_000;
/** A slice holds the loop up for some milliseconds, as docs/operating/archiving.md measures. */
const eventsPerSlice = 250;
const restMs = 15;
const restWhileOrderedMs = 150;

/**
 * Moves old days out of the hot file, so that it stays small and starts fast however long a
 * restaurant has been open. For each file in turn: plan → copy → check → name → record → remove.
 *
 * Whatever happens in between, every event is in at least one place and nothing is read twice:
 * only a file that was checked and is safe on disk is recorded, only what a recorded file holds is
 * removed, and readers go by the mark that moves with each removal.
 */
export class Archiver {
  readonly #options: ArchiverOptions;
  readonly #remover: Remover;
  /** Files this process has read whole. */
  readonly #checked = new Set<number>();
  #running: Promise<Archived> | undefined;
  #stopping = false;
  #headAtRest = 0;

  constructor(options: ArchiverOptions) {
    this.#options = options;
    this.#remover = new Remover(options.db);
  }

  /**
   * Archives everything that may go. Called while it runs, it answers with that run.
   * @throws ArchiveUnreadableError when a file is not what it should be; nothing more was removed.
   */
  run(): Promise<Archived> {
    this.#running ??= this.#run().finally(() => (this.#running = undefined));
    return this.#running;
  }

  /** Ends a run at its next step. */
  async stop(): Promise<void> {
    this.#stopping = true;
    await this.#running?.catch(() => undefined);
  }

  async #run(): Promise<Archived> {
    const { archives } = this.#options.log;
    const begunAt = archives.upTo();
    let files = 0;
    try {
      await this.#removeRecorded();
      for (let entry = await this.#archiveNext(); entry; entry = await this.#archiveNext()) {
        files++;
        await this.#removeRecorded();
      }
    } catch (error) {
      if (!(error instanceof StoppedError)) throw error;
    }
    return { files, events: archives.upTo() - begunAt };
  }

  async #archiveNext(): Promise<ArchiveEntry | undefined> {
    const { db, log, heldElsewhere, keepDays, today, now } = this.#options;
    const { archives } = log;
    const last = archives.entries().at(-1);
    const rules = {
      today: today(),
      keepFrom: daysBefore(today(), keepDays),
      heldUpTo: heldElsewhere.upTo(),
      daysPerFileMin: this.#options.daysPerFileMin ?? daysPerFileMin,
      eventsPerFileMax: this.#options.eventsPerFileMax ?? eventsPerFileMax,
    };
    const fromSeq = (last?.toSeq ?? 0) + 1;
    const plan = await planArchive(db, fromSeq, rules, () => this.#pause('planning'));
    if (!plan) return undefined;
    await this.#pause('planned');
    const entry = await writeArchiveFile({
      db,
      plan,
      folder: archives.folder,
      historyId: log.head().historyId,
      previousHash: last?.hash ?? Buffer.alloc(0),
      eventsPerSlice: this.#eventsPerSlice(),
      pause: (step) => this.#pause(step),
    });
    const { toSeq, hash, file } = entry;
    this.#write(() => {
      db.prepare(
        'INSERT INTO archive_file (from_seq, to_seq, hash, file, made_at) VALUES (?, ?, ?, ?, ?)',
      ).run(fromSeq, toSeq, hash, file, now());
    });
    archives.added(entry);
    this.#checked.add(fromSeq);
    await this.#pause('recorded');
    return entry;
  }

  /** Removes what recorded files hold; after a crash, that is where a run goes on. */
  async #removeRecorded(): Promise<void> {
    const { log, now } = this.#options;
    const { archives } = log;
    const pause = (step: string) => this.#pause(step);
    const eventsPerSlice = this.#eventsPerSlice();
    const entries = archives.entries();
    for (const [i, entry] of entries.entries()) {
      if (entry.toSeq <= archives.upTo()) continue;
      // After a restart it is read once more: days may lie between, and somebody's tidy hand.
      if (!this.#checked.has(entry.fromSeq)) {
        const path = join(archives.folder, entry.file);
        const previousHash = entries[i - 1]?.hash ?? Buffer.alloc(0);
        await checkArchiveFile(path, entry, previousHash, { eventsPerSlice, pause });
        this.#checked.add(entry.fromSeq);
      }
      while (archives.upTo() < entry.toSeq) {
        const slice = this.#write(() =>
          this.#remover.removeSlice(entry, archives.upTo(), eventsPerSlice, now()),
        );
        archives.removed(slice.upTo, slice.hash);
        await pause('removed a slice');
      }
    }
    await this.#remover.removeOldResults(entries, archives.upTo(), now(), () =>
      pause('removed old results'),
    );
  }

  #eventsPerSlice(): number {
    return this.#options.eventsPerSlice ?? eventsPerSlice;
  }

  /** A full disk changes nothing and is tried again another day; after any other error: in doubt. */
  #write<Result>(write: () => Result): Result {
    try {
      return write();
    } catch (error) {
      const code = error instanceof Error && 'code' in error ? String(error.code) : '';
      if (/^SQLITE_(IOERR|CORRUPT)/.test(code)) this.#options.onOutcomeUnknown(error);
      throw error;
    }
  }

  async #pause(step: string): Promise<void> {
    if (this.#options.pause) await this.#options.pause(step);
    else await this.#rest();
    if (this.#stopping) throw new StoppedError();
  }

  /** Longer while somebody orders: nobody waits for an archive. */
  async #rest(): Promise<void> {
    const { seq } = this.#options.log.head();
    const ms = seq === this.#headAtRest ? restMs : restWhileOrderedMs;
    this.#headAtRest = seq;
    await new Promise((resolve) => setTimeout(resolve, ms));
  }
}

/** The hub is closing; the rest is for another day. */
class StoppedError extends Error {
  override readonly name = 'StoppedError';
}

function daysBefore(date: string, days: number): string {
  return new Date(Date.parse(`${date}T00:00:00Z`) - days * 86_400_000).toISOString().slice(0, 10);
}
