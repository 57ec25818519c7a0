import {
  closeSync,
  existsSync,
  mkdirSync,
  openSync,
  readdirSync,
  readSync,
  renameSync,
  statSync,
} from 'node:fs';
import { join } from 'node:path';
import Database from 'better-sqlite3';
import { archivesNamedBy } from '../archive/named-archives.ts';
import { adviceOn, backupsFolder } from '../backup/advice.ts';
import { describe, hasBackups, listBackups } from '../backup/list-backups.ts';
import { journalPath, noteInJournal, readJournal } from '../backup/journal.ts';
import { finishRestore } from '../backup/restore.ts';
import { isUnreadable } from '../backup/verify-log.ts';
import { writeBackup } from '../backup/write-backup.ts';
import { databasePath } from './database-path.ts';
import { migrations as shipped } from './migrate.ts';
import {
  DatabaseDamagedError,
  DatabaseUnwritableError,
  explain,
  openDatabase,
  type WritableDb,
} from './open-database.ts';

/** There is no database where one has been. The message says what is there instead. */
export class DatabaseMissingError extends Error {
  override readonly name = 'DatabaseMissingError';
  constructor(path: string, restaurant: string, remedy: string) {
    const whose = restaurant === '' ? 'a restaurant' : restaurant;
    super(
      `The database ${path} of ${whose} is gone. Nothing was begun in its place. ${remedy} To begin a new restaurant in this folder all the same, add --new.`,
    );
  }
}

/** The database is good and is not the newest that was here. */
export class DatabaseOlderError extends Error {
  override readonly name = 'DatabaseOlderError';
  constructor(path: string, found: number, known: number, remedy: string) {
    super(
      `The database ${path} ends at event ${found}, and ${known} was reached here before: it is an older copy, or of another history. Opening it would give numbers out twice. ${remedy}`,
    );
  }
}

export interface OpenFolderOptions {
  /** Begin anew although the folder held a restaurant. */
  readonly insistOnNew?: boolean;
  readonly now?: () => number;
  /** A test’s. */
  readonly migrations?: readonly string[];
}

/**
 * Opens a restaurant's folder: ends a restore that was cut off, keeps a backup before the schema
 * changes, and never takes nothing, half or an older copy for the restaurant.
 * The caller holds the folder's lock.
 * @throws what `openDatabase` throws, DatabaseMissingError, DatabaseOlderError, BackupFailedError
 */
export function openFolder(folder: string, options: OpenFolderOptions = {}): WritableDb {
  const { migrations = shipped, now = Date.now, insistOnNew = false } = options;
  const path = databasePath(folder);
  try {
    finishRestore(folder);
  } catch (error) {
    throw new DatabaseUnwritableError(folder, error);
  }
  try {
    if (isNothing(path)) beginNew(folder, insistOnNew);
    else {
      mustBeWhole(path);
      backUpBeforeMigration(folder, migrations, now());
    }
    const db = openDatabase(path, migrations);
    try {
      mustNotBeOlder(db, folder);
      return db;
    } catch (error) {
      db.close();
      throw error;
    }
  } catch (error) {
    throw withAdvice(error, folder);
  }
}

/** Adds to a damaged database's error which backup is good and what to type. */
export function withAdvice(error: unknown, folder: string): unknown {
  const explained = isUnreadable(error) ? explain(error, databasePath(folder)) : error;
  if (!(explained instanceof DatabaseDamagedError)) return explained;
  return explained.withRemedy(adviceOn(folder));
}

function isNothing(path: string): boolean {
  // To SQLite an empty file is a new database.
  return !existsSync(path) || statSync(path).size === 0;
}

function beginNew(folder: string, insistOnNew: boolean): void {
  const path = databasePath(folder);
  const held =
    existsSync(journalPath(folder)) || hasBackups(backupsFolder(folder)) || hasRemains(folder);
  if (!held) return;
  const { restaurant } = readJournal(folder);
  if (!insistOnNew) throw new DatabaseMissingError(path, restaurant, adviceOn(folder));
  // A log without its database would be taken for the new one's.
  if (existsSync(`${path}-wal`))
    renameSync(`${path}-wal`, join(folder, `fynlo-left-${Date.now()}.db-wal`));
  noteInJournal(folder, { restaurant: '', site: null, head: null });
}

/** An empty file alone is what a first start leaves that the disk cut off: there was no restaurant yet. */
function hasRemains(folder: string): boolean {
  if (!existsSync(folder)) return false;
  return readdirSync(folder).some((file) => {
    if (file === 'fynlo.db-wal') return statSync(join(folder, file)).size > 0;
    return file.startsWith('fynlo-set-aside-');
  });
}

/** SQLite itself notices a cut-off end only when it reads there. */
function mustBeWhole(path: string): void {
  if (existsSync(`${path}-wal`) && statSync(`${path}-wal`).size > 0) return;
  const header = Buffer.alloc(100);
  const file = openSync(path, 'r');
  try {
    readSync(file, header, 0, header.length, 0);
  } finally {
    closeSync(file);
  }
  if (!header.toString('latin1').startsWith('SQLite format 3')) return;
  const pageSize = header.readUInt16BE(16);
  const pages = header.readUInt32BE(28);
  const isCountValid = header.readUInt32BE(24) === header.readUInt32BE(92);
  const whole = pages * (pageSize === 1 ? 65_536 : pageSize);
  const { size } = statSync(path);
  if (!isCountValid || size >= whole) return;
  throw new DatabaseDamagedError(path, `it is cut short: ${size} of ${whole} bytes are there`);
}

function backUpBeforeMigration(folder: string, migrations: readonly string[], now: number): void {
  const source = databasePath(folder);
  if (!wantsMigration(source, migrations.length)) return;
  const to = { folder: backupsFolder(folder) };
  mkdirSync(to.folder, { recursive: true });
  const reason = `before-schema-${migrations.length}`;
  if (hasBackupOfThis(source, to.folder, reason)) return;
  writeBackup({ source, to, now, promised: null, reason });
}

/** A migration that fails every time must not fill the disk with copies of one database. */
function hasBackupOfThis(source: string, folder: string, reason: string): boolean {
  const head = describe(source)?.position;
  return listBackups(folder).some(({ reason: made, facts }) => {
    return made === reason && head !== undefined && facts?.position.hash === head.hash;
  });
}

function wantsMigration(path: string, schema: number): boolean {
  const db = new Database(path, { readonly: true, fileMustExist: true });
  try {
    const found = Number(db.pragma('user_version', { simple: true }));
    if (found === 0 || found >= schema) return false;
    const log = db.prepare(`SELECT 1 FROM sqlite_schema WHERE name = 'event'`).get();
    return log !== undefined && db.prepare('SELECT 1 FROM event LIMIT 1').get() !== undefined;
  } finally {
    db.close();
  }
}

function mustNotBeOlder(db: WritableDb, folder: string): void {
  const known = readJournal(folder).head;
  if (!known || known.seq === 0) return;
  const historyId = db.prepare('SELECT history_id FROM history').pluck().get();
  const hash = db.prepare('SELECT hash FROM event WHERE seq = ?').pluck().get(known.seq) as
    Buffer | undefined;
  if (historyId === known.historyId && hash?.toString('hex') === known.hash) return;
  // Archived since: only what was there can have been.
  if (historyId === known.historyId && known.seq <= archivesNamedBy(db).upTo) return;
  const found = Number(db.prepare('SELECT ifnull(max(seq), 0) FROM event').pluck().get());
  const path = databasePath(folder);
  // The known event may be there and be something else: then it was changed on the disk.
  if (historyId === known.historyId && found >= known.seq) {
    throw new DatabaseDamagedError(path, `event ${known.seq} is not what was written`);
  }
  throw new DatabaseOlderError(path, found, known.seq, adviceOn(folder, { orGoOnFrom: path }));
}
