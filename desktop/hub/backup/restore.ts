import { randomUUID } from 'node:crypto';
import { existsSync, readFileSync, renameSync, rmSync } from 'node:fs';
import { basename, join } from 'node:path';
import type { ClientId, HistoryId } from '@fynlo/domain';
import { laterSeries, seriesAfter, type HistoryEvent } from '@fynlo/domain/history';
import { businessDayOf, localClock, RestaurantState } from '@fynlo/domain/restaurant';
import type { Position } from '@fynlo/protocol/wire';
import { openDatabase, type WritableDb } from '../db/open-database.ts';
import { databasePath } from '../db/database-path.ts';
import {
  archiveFolderBeside,
  archiveFolderIn,
  archivesNamedBy,
} from '../archive/named-archives.ts';
import { EventLog } from '../event-log/event-log.ts';
import { hubSession } from '../pairing/sessions.ts';
import { Views } from '../projections/views.ts';
import { backupsFolder } from './advice.ts';
import { setAsideName } from './backup-name.ts';
import { bringArchives, setAsideUnnamed } from './bring-archives.ts';
import { removeDurably, syncFile, syncFolder, writeDurably } from './durable-files.ts';
import { RestoreFailedError } from './errors.ts';
import { noteInJournal, readJournal } from './journal.ts';
import { openToRead, type ReadableDb } from './open-to-read.ts';
import { keepSetting, ownSetting, siteIn } from '../db/own-settings.ts';
import { verifyFile } from './verify-file.ts';
import { describeProblem, isUnreadable, type LogFacts } from './verify-log.ts';
import { copyAsOfNow } from './write-backup.ts';

export interface RestoreRequest {
  readonly dataFolder: string;
  readonly backup: string;
  readonly now: number;
}

/** A database that is whole, checked and on the disk, and waits to take the place of the present one. */
export interface PreparedRestore {
  readonly dataFolder: string;
  readonly setAside: string;
  readonly position: Position;
  readonly from: LogFacts;
  readonly series: string;
  readonly seriesUntil: string;
  /** The archive files it names; they stand in the data folder already. */
  readonly archives: readonly string[];
}

/** What the present database still tells, as far as it can be read. */
interface Present {
  readonly epoch: number;
  readonly series: string | undefined;
  readonly lastDay: string;
  readonly site: string | undefined;
  readonly backupFolder: string | undefined;
}

const restoringName = 'fynlo-restoring.db';
const decidedName = 'fynlo-restore.json';
const hourMs = 3_600_000;

/**
 * Makes the database that a restore puts in place, in a file of its own: the backup, checked, with a
 * history of its own, a higher epoch, and the restore as the first event of that history. The
 * present database is not touched, and a hub may go on with it meanwhile.
 * @throws RestoreFailedError with a sentence; nothing was changed.
 */
export function prepareRestore({ dataFolder, backup, now }: RestoreRequest): PreparedRestore {
  // Its archives are looked for below, and read whole with it before anything is decided.
  const verified = verifyFile(backup, [], { archives: 'leave' });
  if (!verified.ok) {
    throw new RestoreFailedError(
      `${basename(backup)} is not a good backup: ${describeProblem(verified.problem)}. Choose another one.`,
    );
  }
  const { facts: from } = verified;
  const path = join(dataFolder, restoringName);
  removeDatabase(path);
  try {
    copyAsOfNow(backup, path);
    const present = readPresent(dataFolder);
    const journal = readJournal(dataFolder);
    const seriesUntil = lastDayInDoubt(present, from, now);
    const second = present.backupFolder ?? journal.backupFolder ?? undefined;
    const archives = bringItsArchives(path, { dataFolder, backup, second });
    const of = { dataFolder, from, present, journal, seriesUntil, archives, now };
    const prepared = rewrite(path, of);
    mustBeGood(path, prepared.position);
    return prepared;
  } catch (error) {
    removeDatabase(path);
    const code = error instanceof Error && 'code' in error ? String(error.code) : '';
    if (code !== 'ENOSPC' && code !== 'SQLITE_FULL') throw error;
    throw new RestoreFailedError(
      `There is no space in ${dataFolder} for a second database. Free some space and try again.`,
      { cause: error },
    );
  }
}

/**
 * Puts a prepared database in place. Nobody may have the present one open. From the moment the
 * decision is on the disk it is carried out, by this process or by the next that opens the folder;
 * before that moment nothing has happened.
 */
export function putInPlace(prepared: PreparedRestore): void {
  const { dataFolder } = prepared;
  writeDurably(join(dataFolder, decidedName), JSON.stringify(prepared));
  finishRestore(dataFolder);
}

/** Carries out a restore that was decided and cut off; does nothing when there is none. */
export function finishRestore(dataFolder: string): void {
  const decided = join(dataFolder, decidedName);
  if (!existsSync(decided)) {
    rmSync(`${decided}.writing`, { force: true });
    removeDatabase(join(dataFolder, restoringName));
    return;
  }
  const { setAside, position, archives } = JSON.parse(
    readFileSync(decided, 'utf8'),
  ) as PreparedRestore;
  const restoring = join(dataFolder, restoringName);
  const database = databasePath(dataFolder);
  if (existsSync(restoring)) {
    // The log that belongs to the old database goes first: it must never meet the new one.
    moveIfThere(`${database}-wal`, join(dataFolder, `${setAside}-wal`));
    rmSync(`${database}-shm`, { force: true });
    syncFolder(dataFolder);
    moveIfThere(database, join(dataFolder, setAside));
    syncFolder(dataFolder);
    renameSync(restoring, database);
    syncFolder(dataFolder);
  }
  setAsideUnnamed(archiveFolderIn(dataFolder), archives);
  noteInJournal(dataFolder, { head: position });
  removeDurably(decided);
}

/**
 * Archives come before the decision: once it is written, nothing may be missing any more.
 * @returns the names of the files.
 * @throws RestoreFailedError
 */
function bringItsArchives(
  database: string,
  at: {
    readonly dataFolder: string;
    readonly backup: string;
    readonly second: string | undefined;
  },
): readonly string[] {
  using opened = openToRead(database);
  const { entries } = archivesNamedBy(opened.db);
  const { dataFolder, backup, second } = at;
  const from = [
    archiveFolderBeside(backup),
    archiveFolderIn(dataFolder),
    archiveFolderIn(backupsFolder(dataFolder)),
    ...(second === undefined ? [] : [archiveFolderIn(second)]),
  ];
  const to = archiveFolderIn(dataFolder);
  const { missing } = bringArchives({ entries, to, from, isThorough: true });
  if (missing.length > 0) {
    throw new RestoreFailedError(
      `Old days of ${basename(backup)} are nowhere to be found. ${missing.join(' ')} Looked for in ${[...new Set(from)].join(', ')}: copy the folder “archive” of your backups beside the backup and try again.`,
    );
  }
  return entries.map(({ file }) => file);
}

function rewrite(
  path: string,
  of: {
    readonly dataFolder: string;
    readonly from: LogFacts;
    readonly present: Present;
    readonly journal: ReturnType<typeof readJournal>;
    readonly seriesUntil: string;
    readonly archives: readonly string[];
    readonly now: number;
  },
): PreparedRestore {
  const { dataFolder, from, present, journal, seriesUntil, archives, now } = of;
  const db = openDatabase(path);
  try {
    const before = seriesEver(db);
    const given = [journal.series ?? undefined, present.series].reduce(laterSeries, before);
    const series = seriesAfter(given);
    const epoch = Math.max(from.position.epoch, present.epoch, journal.epoch) + 1;
    // Taken before it is used: a restore that is cut off leaves a gap and never a repetition.
    noteInJournal(dataFolder, { series, epoch });
    db.prepare('UPDATE history SET history_id = ?, epoch = ?, created_at = ?').run(
      randomUUID(),
      epoch,
      now,
    );
    keepSetting(db, 'site-id', present.site ?? journal.site ?? siteIn(db, from.position.historyId));
    keepSetting(db, 'backup-folder', present.backupFolder ?? journal.backupFolder ?? undefined);
    const position = append(db, now, {
      type: 'history.restored',
      payload: {
        fromHistoryId: from.position.historyId,
        fromSeq: from.position.seq,
        backupOf: from.lastEventAt ?? now,
        series,
        seriesUntil,
      },
    });
    // One file and nothing beside it, until the hub opens it.
    db.pragma('journal_mode = DELETE');
    const setAside = freeName(dataFolder, { now, timeZone: from.timeZone });
    return { dataFolder, setAside, position, from, series, seriesUntil, archives };
  } finally {
    db.close();
  }
}

function append(db: WritableDb, now: number, event: HistoryEvent): Position {
  const log = new EventLog(db);
  const views = new Views(db, log);
  // Made anew if their shape has changed since the backup.
  const state = views.load();
  const happened = { stream: 'history', event } as const;
  // With what is archived: an earlier restore may be so old that the state knows nothing of it.
  const streamVersion = log.readStream('history').length + 1;
  const events = log.stage({
    clientId: randomUUID() as ClientId,
    device: hubSession.deviceId,
    no: 1,
    correlationId: null,
    occurredAt: now,
    events: [{ ...happened, streamVersion }],
    refusal: null,
  });
  log.commit(() => views.project(events, new RestaurantState(state)));
  log.archives.close();
  return log.head();
}

/**
 * The last business day whose numbers may be on paper already: today, or later when the database
 * that is replaced says so. An hour is added because the day may end before the hub is back.
 */
function lastDayInDoubt(present: Present, from: LogFacts, now: number): string {
  const local = localClock(from.timeZone);
  const today = [now, now + hourMs].map((at) => businessDayOf(local(at), from.dayEndsAtMinute));
  return [...today, present.lastDay].toSorted().at(-1) ?? '';
}

function readPresent(dataFolder: string): Present {
  const nothing = {
    epoch: 0,
    series: undefined,
    lastDay: '',
    site: undefined,
    backupFolder: undefined,
  };
  const path = databasePath(dataFolder);
  if (!existsSync(path)) return nothing;
  try {
    using opened = openToRead(path);
    const { db } = opened;
    const history = db.prepare('SELECT history_id AS id, epoch FROM history').get() as
      { id: HistoryId; epoch: number } | undefined;
    const lastDay = db.prepare('SELECT max(business_day) FROM order_view').pluck().get();
    return {
      epoch: history?.epoch ?? 0,
      series: seriesIn(db),
      lastDay: typeof lastDay === 'string' ? lastDay : '',
      site: siteIn(db, history?.id),
      backupFolder: ownSetting(db, 'backup-folder'),
    };
  } catch (error) {
    // What is damaged cannot be asked; the journal and the backup know enough.
    if (isUnreadable(error) || error instanceof SyntaxError) return nothing;
    throw error;
  }
}

/** The last letter, also of a restore that is archived. */
function seriesEver(db: WritableDb): string | undefined {
  const log = new EventLog(db);
  const last = log.readStream('history').at(-1)?.payload as HistoryEvent['payload'] | undefined;
  log.archives.close();
  return last?.series;
}

function seriesIn(db: ReadableDb): string | undefined {
  const payload = db
    .prepare(`SELECT payload FROM event WHERE stream = 'history' ORDER BY stream_version DESC`)
    .pluck()
    .get();
  return typeof payload === 'string'
    ? (JSON.parse(payload) as HistoryEvent['payload']).series
    : undefined;
}

function mustBeGood(path: string, position: Position): void {
  syncFile(path);
  const verified = verifyFile(path, [position]);
  if (verified.ok) return;
  throw new RestoreFailedError(
    `The restored database did not pass its check: ${describeProblem(verified.problem)}. Try another backup, and look at the disk of this computer.`,
  );
}

function freeName(dataFolder: string, at: Parameters<typeof setAsideName>[0]): string {
  for (let now = at.now; ; now += 1_000) {
    const name = setAsideName({ ...at, now });
    if (!existsSync(join(dataFolder, name))) return name;
  }
}

function moveIfThere(from: string, to: string): void {
  if (existsSync(from)) renameSync(from, to);
}

function removeDatabase(path: string): void {
  for (const part of ['', '-wal', '-shm', '-journal']) rmSync(path + part, { force: true });
}
