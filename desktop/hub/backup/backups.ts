import { existsSync, mkdirSync } from 'node:fs';
import { dirname } from 'node:path';
import type { HistoryEvent } from '@fynlo/domain/history';
import { businessDayOf, localClock } from '@fynlo/domain/restaurant';
import type { BackupInfo, BackupsInfo, HubCondition } from '@fynlo/protocol/wire';
import type { CommandRoad } from '../commands/command-road.ts';
import { databasePath } from '../db/database-path.ts';
import type { WritableDb } from '../db/open-database.ts';
import { keepSetting, ownSetting, siteIn } from '../db/own-settings.ts';
import type { EventLog } from '../event-log/event-log.ts';
import type { Logger } from '../observe/logger.ts';
import { backupsFolder } from './advice.ts';
import { BackupFailedError, RestoreFailedError } from './errors.ts';
import { noteInJournal, readJournal } from './journal.ts';
import { newestHeld, type HeldCopies, type HeldCopy } from './held-copies.ts';
import type { FoundBackup } from './list-backups.ts';
import type { PreparedRestore } from './restore.ts';
import { runJob } from './run-job.ts';
import { mustBeTaken, takeFolder } from './second-folder.ts';
import { describeProblem, type LogFacts } from './verify-log.ts';
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
  /** The newest checked backup of this history in each folder, once it is known. */
  #held: HeldCopies = { hub: undefined, second: undefined };
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
        this.#problem = (await this.#copyToSecondFolder(written)) ?? lacking(written);
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
      const { verified, missingArchives } = await runJob({
        do: 'check',
        request: {
          path: databasePath(dataFolder),
          known: [log.head()],
          folders: this.#foldersAtHand(),
        },
      });
      // What was put right there is read anew.
      log.archives.close();
      const [missing] = missingArchives;
      if (missing !== undefined) this.#problem = missing;
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
      items: found.map((listed) => this.#present(listed, found)),
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
    this.#held = { ...this.#held, second: undefined };
    this.#problem = null;
  }

  /** What is wrong with making backups, until one is made. */
  sayProblem(problem: string): void {
    this.#problem = problem;
  }

  /**
   * The last seq that a checked backup of this history holds: in the second folder, when one is
   * chosen and has any, because a fire takes this computer with what is on it. 0 when none does.
   */
  heldUpTo(): number {
    return newestHeld(this.#held, this.#options.log);
  }

  /** Reads the newest backups of an earlier run of the hub, so that `heldUpTo` knows of them. */
  async findHeld(): Promise<void> {
    if (this.#held.hub !== undefined || this.#busy !== null || this.#isRestoring) return;
    await this.#inTurn('check', async () => {
      const held: { hub?: HeldCopy; second?: HeldCopy } = {};
      for (const { backup, isSecondCopy } of await this.#list()) {
        const place = isSecondCopy ? 'second' : 'hub';
        const { path, facts } = backup;
        if (held[place] || !facts || !this.#isOfThisHistory(facts)) continue;
        const verified = await runJob({ do: 'verify', path, known: [facts.position] });
        if (verified.ok) held[place] = { path, position: facts.position };
      }
      this.#held = { hub: this.#held.hub ?? held.hub, second: this.#held.second ?? held.second };
    });
  }

  /** A listed backup by the id it was listed with. */
  async find(id: string): Promise<BackupInfo | undefined> {
    const found = await this.#list();
    const listed = found.find((each) => each.id === id);
    return listed && this.#present(listed, found);
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
        otherFolders: this.#foldersAtHand().filter((folder) => folder !== this.#folder),
      },
    });
    // An archive that was put right there is read anew.
    log.archives.close();
    const { seq, hash, historyId } = written.facts.position;
    if (log.hashAt(seq) !== hash) {
      throw new BackupFailedError('The backup is not of this history.', { isDamage: true });
    }
    this.#last = { seq, historyId, at: now(), day: this.#businessDay() };
    this.#held = { ...this.#held, hub: { path: written.path, position: written.facts.position } };
    this.noteHead();
    return written;
  }

  /** @returns why there is no second copy although one is wanted. */
  async #copyToSecondFolder(written: WrittenBackup): Promise<string | null> {
    const folder = this.#secondFolder();
    if (folder === undefined) return null;
    try {
      mustBeTaken(folder);
      const copy = await runJob({ do: 'copy', written, folder });
      const { path, facts } = copy;
      this.#held = { ...this.#held, second: { path, position: facts.position } };
      return null;
    } catch (error) {
      if (!(error instanceof BackupFailedError)) throw error;
      return `The backup is on this computer and not in the second folder. ${error.message}`;
    }
  }

  /** The folders of backups that can be reached now. */
  #foldersAtHand(): readonly string[] {
    const second = this.#secondFolder();
    const own = existsSync(this.#folder) ? [this.#folder] : [];
    if (second === undefined) return own;
    try {
      mustBeTaken(second);
      return [...own, second];
    } catch (error) {
      if (!(error instanceof BackupFailedError)) throw error;
      return own;
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

  #present({ backup, isSecondCopy, id }: Listed, all: readonly Listed[]): BackupInfo {
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
      after: facts && this.#whatCameAfter(facts, all),
    };
  }

  /** What putting this back would take away; `null` when it does not belong to this history. */
  #whatCameAfter(facts: LogFacts, all: readonly Listed[]): BackupInfo['after'] {
    const { log } = this.#options;
    if (!this.#isOfThisHistory(facts)) return null;
    const { seq } = facts.position;
    const changes = log.head().seq - seq;
    const mark = log.archives.upTo();
    if (seq >= mark) return { changes, orders: this.#ordersAfter.get(seq) as number };
    // Some of them are archived and in no list any more: a newer backup has counted them.
    const newer = all
      .map(({ backup }) => backup.facts)
      .find((each) => each && each.position.seq >= mark && this.#isOfThisHistory(each));
    const since = this.#ordersAfter.get(newer?.position.seq ?? mark) as number;
    return { changes, orders: since + (newer ? newer.orders - facts.orders : 0) };
  }

  #isOfThisHistory({ position: { seq, hash } }: LogFacts): boolean {
    return this.#options.log.hashAt(seq) === hash;
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
    const own = (await this.#list()).find(({ backup: { facts }, isSecondCopy }) => {
      return !isSecondCopy && facts && this.#isOfThisHistory(facts);
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

/** The backup counts, and what it lacks is said until it has it. */
function lacking({ missingArchives }: WrittenBackup): string | null {
  if (missingArchives.length === 0) return null;
  return `The backup was made and lacks old days. ${missingArchives.join(' ')}`;
}
