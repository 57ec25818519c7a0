import { mkdirSync } from 'node:fs';
import { dirname } from 'node:path';
import type { HistoryEvent } from '@fynlo/domain/history';
import { businessDayOf, localClock } from '@fynlo/domain/restaurant';
import type { BackupInfo, BackupsInfo, HubCondition, Position } from '@fynlo/protocol/wire';
import type { CommandRoad } from '../commands/command-road.ts';
import { databasePath } from '../db/database-path.ts';
import type { WritableDb } from '../db/open-database.ts';
import { keepSetting, ownSetting, siteIn } from '../db/own-settings.ts';
import type { EventLog } from '../event-log/event-log.ts';
import type { Logger } from '../observe/logger.ts';
import { backupsFolder } from './advice.ts';
import { BackupFailedError, RestoreFailedError } from './errors.ts';
import { noteInJournal, readJournal } from './journal.ts';
import type { FoundBackup } from './list-backups.ts';
import type { PreparedRestore } from './restore.ts';
import { runJob } from './run-job.ts';
import { mustBeTaken, takeFolder } from './second-folder.ts';
import { describeProblem } from './verify-log.ts';
import type { WrittenBackup } from './write-backup.ts';

export interface BackupsOptions {
  readonly db: WritableDb;
  readonly log: EventLog;
  readonly road: CommandRoad;
  readonly dataFolder: string;
  /** 0 makes none by itself. */
  readonly everyMinutes: number;
  readonly now: () => number;
  readonly logger: Logger;
}

type Busy = 'backup' | 'check' | 'restore';

interface Listed {
  /** `hub/<file>` or `second/<file>`: never a path, so nothing else can be asked for. */
  readonly id: string;
  readonly backup: FoundBackup;
  readonly isSecondCopy: boolean;
}

const minuteMs = 60_000;
const lookEveryMs = 30_000;
const retryMs = 10 * minuteMs;
const closeWithinMs = 1_500;
const quietMs = 10 * minuteMs;
/** A restaurant that is never quiet is checked all the same. */
const checkOverdueMs = 36 * 60 * minuteMs;

/**
 * The hub's backups: made every hour in which something changed, at the end of a business day and
 * whenever somebody asks; and a check of the whole database once a day. One thing at a time, each in
 * a thread of its own, and whatever goes wrong with it the hub goes on and says so.
 */
export class Backups {
  readonly #options: BackupsOptions;
  readonly #folder: string;
  readonly #ordersAfter;
  #turn: Promise<unknown> = Promise.resolve();
  #busy: Busy | null = null;
  /** A database waits to take this one's place: another must not be put over it. */
  #isRestoring = false;
  #timer: NodeJS.Timeout | undefined;
  #last: { seq: number; historyId: string; at: number; day: string } | undefined;
  #knowsLast = false;
  #triedAt = Number.NEGATIVE_INFINITY;
  #seen = { seq: -1, at: 0 };
  #problem: string | null = null;
  #check: { at: number; problem: string | null; oddity: string | null } | null = null;

  constructor(options: BackupsOptions) {
    this.#options = options;
    this.#folder = backupsFolder(options.dataFolder);
    this.#ordersAfter = options.db
      .prepare('SELECT count(*) FROM order_view WHERE opened_seq > ?')
      .pluck();
    const { checkedAt } = readJournal(options.dataFolder);
    if (checkedAt !== null) this.#check = { at: checkedAt, problem: null, oddity: null };
    this.noteHead();
  }

  /** From here on backups are made and checks done by themselves. */
  start(): void {
    if (this.#options.everyMinutes === 0) return;
    this.#timer = setInterval(() => void this.tick(), lookEveryMs);
    this.#timer.unref();
  }

  /** One word for everybody; what exactly is wrong is for managers. */
  condition(): HubCondition {
    if (this.#check?.problem) return 'damaged';
    return this.#problem === null ? 'ok' : 'backup-failing';
  }

  /** Does what is due, if anything. Never throws: what went wrong is in `describe`. */
  async tick(): Promise<void> {
    if (this.#busy !== null || this.#isRestoring) return;
    const { log, now, logger } = this.#options;
    const { seq } = log.head();
    if (seq !== this.#seen.seq) this.#seen = { seq, at: now() };
    try {
      await this.#learnLast();
      if (this.#isBackupDue()) await this.backUp();
      else if (this.#isCheckDue()) await this.checkAll();
    } catch (error) {
      if (!(error instanceof BackupFailedError)) throw error;
      logger.warn({ err: error }, 'A backup could not be made.');
    }
  }

  /**
   * Makes a backup now, and a second copy where one is wanted.
   * @throws BackupFailedError when there is none. A second copy that failed is said in `describe`.
   */
  backUp(): Promise<WrittenBackup> {
    return this.#inTurn('backup', async () => {
      this.#triedAt = this.#options.now();
      try {
        const written = await this.#write();
        await this.#copyToSecondFolder(written);
        return written;
      } catch (error) {
        if (!(error instanceof BackupFailedError)) throw error;
        this.#problem = error.message;
        if (error.isDamage) this.#sayDamage(error.message);
        throw error;
      }
    });
  }

  /** Checks the whole database and says what was found in `describe`. */
  checkAll(): Promise<void> {
    return this.#inTurn('check', async () => {
      const { log, dataFolder, now, road } = this.#options;
      const path = databasePath(dataFolder);
      const verified = await runJob({ do: 'verify', path, known: [log.head()] });
      const zone = road.state.settings()?.settings.timeZone;
      if (!verified.ok) return this.#sayDamage(describeProblem(verified.problem, zone));
      const oddity = verified.oddity && describeProblem(verified.oddity, zone);
      this.#check = { at: now(), problem: null, oddity };
      noteInJournal(dataFolder, { checkedAt: now() });
    });
  }

  async describe(): Promise<BackupsInfo> {
    const { log, road, everyMinutes } = this.#options;
    const found = await this.#list();
    const restored = log.readRecentStream('history').at(-1);
    const payload = restored?.payload as HistoryEvent['payload'] | undefined;
    return {
      items: found.map((listed) => this.#present(listed)),
      next: null,
      restaurant: road.state.settings()?.settings.name ?? '',
      folder: this.#folder,
      secondFolder: this.#secondFolder() ?? null,
      everyMinutes,
      busy: this.#busy,
      problem: this.#problem,
      check: this.#check,
      restored:
        restored && payload
          ? { at: restored.occurredAt, upTo: payload.backupOf, series: payload.series }
          : null,
    };
  }

  /** @throws BackupFailedError when the folder cannot take backups; null gives it up. */
  chooseSecondFolder(folder: string | null): void {
    const { db, road, dataFolder } = this.#options;
    const name = road.state.settings()?.settings.name ?? '';
    const taken = folder === null ? undefined : takeFolder(folder, this.#folder, name);
    keepSetting(db, 'backup-folder', taken);
    noteInJournal(dataFolder, { backupFolder: taken ?? null });
    this.#problem = null;
  }

  /** What is wrong with making backups, until one is made. */
  sayProblem(problem: string): void {
    this.#problem = problem;
  }

  /** A listed backup by the id it was listed with. */
  async find(id: string): Promise<BackupInfo | undefined> {
    const listed = (await this.#list()).find((each) => each.id === id);
    return listed && this.#present(listed);
  }

  /**
   * Prepares the database that takes this one's place; nothing changes yet.
   * @throws RestoreFailedError
   */
  async prepareRestore(id: string): Promise<PreparedRestore> {
    const { dataFolder, now } = this.#options;
    const listed = (await this.#list()).find((each) => each.id === id);
    if (!listed)
      throw new RestoreFailedError('This backup is no longer there. Choose another one.');
    const request = { dataFolder, backup: listed.backup.path, now: now() };
    return this.#inTurn('restore', async () => {
      if (this.#isRestoring) throw new RestoreFailedError('A backup is being put back already.');
      const prepared = await runJob({ do: 'prepare-restore', request });
      this.#isRestoring = true;
      return prepared;
    });
  }

  /** Remembers beside the database how far it has come: an older copy of it is then noticed. */
  noteHead(): void {
    const { db, log, road, dataFolder } = this.#options;
    const head = log.head();
    noteInJournal(dataFolder, {
      head,
      epoch: head.epoch,
      site: siteIn(db, head.historyId),
      restaurant: road.state.settings()?.settings.name ?? '',
      backupFolder: this.#secondFolder() ?? null,
    });
  }

  /**
   * Starts nothing more. What is running may end by itself: a backup that is not finished has no
   * name yet. Only before a restore nobody may hold the old database open.
   */
  async close(): Promise<void> {
    clearInterval(this.#timer);
    const late = new Promise((resolve) => setTimeout(resolve, closeWithinMs).unref());
    await (this.#isRestoring ? this.#turn : Promise.race([this.#turn, late]));
    this.noteHead();
  }

  async #write(): Promise<WrittenBackup> {
    const { log, dataFolder, now } = this.#options;
    mkdirSync(this.#folder, { recursive: true });
    const written = await runJob({
      do: 'write',
      request: {
        source: databasePath(dataFolder),
        to: { folder: this.#folder },
        now: now(),
        promised: log.head(),
      },
    });
    const { seq, hash, historyId } = written.facts.position;
    if (log.hashAt(seq) !== hash) {
      throw new BackupFailedError('The backup is not of this history.', { isDamage: true });
    }
    this.#last = { seq, historyId, at: now(), day: this.#businessDay() };
    this.noteHead();
    return written;
  }

  async #copyToSecondFolder(written: WrittenBackup): Promise<void> {
    const folder = this.#secondFolder();
    try {
      if (folder !== undefined) {
        mustBeTaken(folder);
        await runJob({ do: 'copy', written, folder });
      }
      this.#problem = null;
    } catch (error) {
      if (!(error instanceof BackupFailedError)) throw error;
      this.#problem = `The backup is on this computer and not in the second folder. ${error.message}`;
    }
  }

  async #list(): Promise<readonly Listed[]> {
    const second = this.#secondFolder();
    const folders = second === undefined ? [this.#folder] : [this.#folder, second];
    const found = await runJob({ do: 'list', folders });
    return found.map((backup) => {
      const isSecondCopy = dirname(backup.path) !== this.#folder;
      return { backup, isSecondCopy, id: `${isSecondCopy ? 'second' : 'hub'}/${backup.file}` };
    });
  }

  #present({ backup, isSecondCopy, id }: Listed): BackupInfo {
    const { file, bytes, facts, madeAt } = backup;
    return {
      id,
      file,
      isSecondCopy,
      bytes,
      madeAt: Math.round(madeAt),
      isReadable: facts !== null,
      restaurant: facts?.restaurant ?? '',
      orders: facts?.orders ?? 0,
      upTo: facts?.lastEventAt ?? null,
      after: facts && this.#whatCameAfter(facts.position),
    };
  }

  /** What putting this back would take away; `null` when it does not belong to this history. */
  #whatCameAfter({ seq, hash }: Position): BackupInfo['after'] {
    const { log } = this.#options;
    if (log.hashAt(seq) !== hash) return null;
    return { changes: log.head().seq - seq, orders: this.#ordersAfter.get(seq) as number };
  }

  #secondFolder(): string | undefined {
    return ownSetting(this.#options.db, 'backup-folder');
  }

  #isBackupDue(): boolean {
    const { log, now, everyMinutes } = this.#options;
    const { seq, historyId } = log.head();
    const last = this.#last;
    if (last?.seq === seq && last.historyId === historyId) return false;
    if (now() - this.#triedAt < retryMs && this.#problem !== null) return false;
    const isHourOver = now() - (last?.at ?? Number.NEGATIVE_INFINITY) >= everyMinutes * minuteMs;
    return isHourOver || last?.day !== this.#businessDay();
  }

  /** Once a business day, in the first quiet ten minutes. */
  #isCheckDue(): boolean {
    const { now } = this.#options;
    const at = this.#check?.at;
    if (at !== undefined && this.#businessDay(at) === this.#businessDay()) return false;
    const isQuiet = now() - this.#seen.at >= quietMs;
    return isQuiet || (at !== undefined && now() - at > checkOverdueMs);
  }

  #businessDay(at = this.#options.now()): string {
    const settings = this.#options.road.state.settings()?.settings;
    const local = localClock(settings?.timeZone ?? 'UTC')(at);
    return businessDayOf(local, settings?.dayEndsAtMinute ?? 0);
  }

  /** What an earlier run of the hub left, so that a restart makes no backup of its own. */
  async #learnLast(): Promise<void> {
    if (this.#knowsLast) return;
    this.#knowsLast = true;
    const { log } = this.#options;
    const own = (await this.#list()).find(({ backup: { facts }, isSecondCopy }) => {
      return !isSecondCopy && facts && log.hashAt(facts.position.seq) === facts.position.hash;
    });
    if (!own?.backup.facts) return;
    const { madeAt: at, facts } = own.backup;
    const { seq, historyId } = facts.position;
    this.#last ??= { seq, historyId, at, day: this.#businessDay(at) };
  }

  #sayDamage(problem: string): void {
    const { now, logger } = this.#options;
    logger.error({ problem }, 'The database is damaged.');
    this.#check = { at: now(), problem, oddity: null };
  }

  #inTurn<Result>(busy: Busy, work: () => Promise<Result>): Promise<Result> {
    const result = this.#turn.then(async () => {
      this.#busy = busy;
      try {
        return await work();
      } finally {
        this.#busy = null;
      }
    });
    this.#turn = result.catch(() => undefined);
    return result;
  }
}
