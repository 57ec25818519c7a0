import { mkdirSync } from 'node:fs';
import { dirname } from 'node:path';
import Database from 'better-sqlite3';
import { migrate, migrations as shipped, schemaVersion } from './migrate.ts';

export type WritableDb = Database.Database;

/** Marks the file as Fynlo's, so that another program's database is never taken for one. */
export const applicationId = 0x46594e4c;

/** Below this SQLite could corrupt a WAL that was reset while being read. */
const sqliteVersionMin = [3, 51, 3] as const;

export class DatabaseNewerError extends Error {
  override readonly name = 'DatabaseNewerError';
  constructor(path: string, found: number | string) {
    const what =
      typeof found === 'number' ? `schema ${found}, this one knows ${schemaVersion}` : found;
    super(
      `The database ${path} was written by a newer Fynlo (${what}). Update Fynlo on this computer, or start with another folder: --data DIR.`,
    );
  }
}

export class DatabaseDamagedError extends Error {
  override readonly name = 'DatabaseDamagedError';
  readonly #path: string;
  readonly #what: string;
  constructor(path: string, what: string, cause?: unknown, remedy = remedyUnknown) {
    super(`The database ${path} is damaged (${what}). Nothing was changed. ${remedy}`, { cause });
    this.#path = path;
    this.#what = what;
  }

  /** The same, with the way out that was found: which backup, and what to type. */
  withRemedy(remedy: string): DatabaseDamagedError {
    return new DatabaseDamagedError(this.#path, this.#what, this.cause, remedy);
  }
}

const remedyUnknown = 'Keep a copy of the folder, put back your latest backup, and start again.';

export class DatabaseUnwritableError extends Error {
  override readonly name = 'DatabaseUnwritableError';
  constructor(path: string, cause: unknown) {
    super(
      `Fynlo cannot write to ${path}. Choose a folder you may write to with --data DIR, or free some disk space.`,
      { cause },
    );
  }
}

/**
 * Opens the hub's database and brings its schema up to date. A commit is on disk, safe from a
 * power cut, when it returns: WAL with `synchronous=FULL`, checked after a first real write.
 * @throws DatabaseNewerError, DatabaseDamagedError, DatabaseUnwritableError, MigrationFailedError
 */
export function openDatabase(path: string, migrations = shipped): WritableDb {
  try {
    mkdirSync(dirname(path), { recursive: true });
  } catch (error) {
    throw new DatabaseUnwritableError(dirname(path), error);
  }
  let db: WritableDb | undefined;
  try {
    db = new Database(path);
    prepareDatabase(db, path, migrations);
    return db;
  } catch (error) {
    db?.close();
    throw explain(error, path);
  }
}

/**
 * Makes an open database the hub's: its settings, its schema, and a look whether it waits for the
 * disk. Throws what SQLite throws, besides what `openDatabase` does.
 */
export function prepareDatabase(db: WritableDb, path: string, migrations = shipped): void {
  assertSqliteVersion(db);
  const marked = pragmaNumber(db, 'application_id');
  const found = pragmaNumber(db, 'user_version');
  if (marked !== applicationId && (marked !== 0 || hasTables(db))) {
    throw new DatabaseDamagedError(path, 'it is not a Fynlo database');
  }
  if (found > migrations.length) throw new DatabaseNewerError(path, found);

  db.pragma('journal_mode = WAL');
  // better-sqlite3 compiles WAL to NORMAL, which loses acknowledged commits in a power cut.
  db.pragma('synchronous = FULL');
  if (process.platform === 'darwin') {
    db.pragma('fullfsync = ON');
    db.pragma('checkpoint_fullfsync = ON');
  }
  db.pragma('foreign_keys = ON');
  db.pragma(`application_id = ${applicationId}`);
  migrate(db, migrations);
  assertDurable(db, path);
}

/** Asked after a write, because SQLite may settle these only then. */
function assertDurable(db: WritableDb, path: string): void {
  db.prepare(
    `INSERT INTO setting (key, value) VALUES ('openings', '1')
     ON CONFLICT (key) DO UPDATE SET value = CAST(value AS INTEGER) + 1`,
  ).run();
  const full = 2;
  if (pragmaNumber(db, 'synchronous') !== full) {
    throw new Error(`${path} does not wait for the disk (synchronous is not FULL).`);
  }
  if (db.pragma('journal_mode', { simple: true }) !== 'wal') {
    throw new Error(
      `${path} cannot use a write-ahead log here. Choose a folder on this computer's own disk with --data DIR.`,
    );
  }
}

function assertSqliteVersion(db: WritableDb): void {
  const text = db.prepare('SELECT sqlite_version()').pluck().get() as string;
  const found = text.split('.').map(Number);
  for (const [i, least] of sqliteVersionMin.entries()) {
    const part = found[i] ?? 0;
    if (part > least) return;
    if (part < least) throw new Error(`SQLite ${text} is too old; 3.51.3 or newer is needed.`);
  }
}

function hasTables(db: WritableDb): boolean {
  return db.prepare('SELECT count(*) FROM sqlite_schema').pluck().get() !== 0;
}

function pragmaNumber(db: WritableDb, name: string): number {
  return Number(db.pragma(name, { simple: true }));
}

/** What SQLite threw, as the sentence for the person at the hub; anything else as it is. */
export function explain(error: unknown, path: string): unknown {
  const code = error instanceof Database.SqliteError ? error.code : '';
  if (/^SQLITE_(CORRUPT|NOTADB)/.test(code)) {
    return new DatabaseDamagedError(path, (error as Error).message, error);
  }
  if (/^SQLITE_(CANTOPEN|READONLY|PERM|IOERR|FULL)/.test(code)) {
    return new DatabaseUnwritableError(path, error);
  }
  // better-sqlite3 looks for the folder itself and throws a plain TypeError.
  if (error instanceof TypeError) return new DatabaseUnwritableError(path, error);
  return error;
}
