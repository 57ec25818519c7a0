import sqlite3InitModule from '@sqlite.org/sqlite-wasm';
import type { WritableDb } from '../../hub/db/open-database.ts';
import type { Disk, DiskAnswer } from './disk.ts';

/**
 * The real SQLite, compiled to WebAssembly, over a simulated disk, behind the calls of better-sqlite3
 * that the hub's core makes. The driver is a double; the pager, the write-ahead log and the SQL are
 * SQLite's own, and so is what they do when the disk lies, tears or fails.
 */
const sqlite3 = await sqlite3InitModule();
const { capi, wasm } = sqlite3;
// A disk that fails is what a simulation is for; no need to say it each time.
Object.assign(sqlite3.config, { error: () => undefined, warn: () => undefined });
type Db = InstanceType<(typeof sqlite3)['oo1']['DB']>;
type Stmt = ReturnType<Db['prepare']>;
/** The package's own types say of these that sizes are numbers, and they are 64 bits wide. */
type Methods = Record<string, (...given: never[]) => number>;
interface Struct {
  readonly pointer: number;
  $iVersion: number;
}

const vfsName = 'fynlo-simulated-disk';
const disks = new Map<string, Disk>();
const openFiles = new Map<number, { disk: Disk; name: string }>();
let disksMade = 0;

installDisks();

type Parameter = string | number | null | Uint8Array;

export interface OpenOptions {
  /** A planted bug: turns `synchronous=FULL` into what better-sqlite3 compiles for WAL. */
  readonly weakSync?: boolean;
  /** A planted bug: `COMMIT` answers at once and happens later. */
  readonly commitLater?: (work: () => void) => void;
}

/** Opens, or creates, `fynlo.db` on that disk. */
export function openOnDisk(disk: Disk, options: OpenOptions = {}): WritableDb & SimulatedDb {
  const double: unknown = new SimulatedDb(disk, options);
  return double as WritableDb & SimulatedDb;
}

class SqliteError extends Error {
  override readonly name = 'SqliteError';
  readonly code: string;
  constructor(message: string, code: string) {
    super(message);
    this.code = code;
  }
}

export class SimulatedDb {
  readonly name: string;
  readonly #db: Db;
  readonly #options: OpenOptions;
  readonly #statements: SimulatedStatement[] = [];
  #due: (() => void) | undefined;

  constructor(disk: Disk, options: OpenOptions) {
    const key = `/${disksMade++}`;
    disks.set(key, disk);
    this.name = `${key}/fynlo.db`;
    this.#options = options;
    this.#db = speaking(
      () => new sqlite3.oo1.DB({ filename: this.name, flags: 'c', vfs: vfsName }),
    );
    // One process, so the index of the log needs no shared memory.
    this.exec('PRAGMA locking_mode = EXCLUSIVE');
    this.exec('PRAGMA page_size = 4096');
  }

  get inTransaction(): boolean {
    return capi.sqlite3_get_autocommit(this.#db) === 0;
  }

  exec(sql: string): void {
    speaking(() => this.#db.exec(sql));
  }

  prepare(sql: string): SimulatedStatement {
    const statement = new SimulatedStatement(this.#db, sql);
    this.#statements.push(statement);
    if (this.#options.commitLater) this.#commitLater(statement, sql);
    return statement;
  }

  pragma(text: string, { simple = false } = {}): unknown {
    const asked = this.#options.weakSync ? text.replace('= FULL', '= NORMAL') : text;
    const rows = speaking(() => this.#db.selectObjects(`PRAGMA ${asked}`));
    if (!simple) return rows;
    const value = Object.values(rows[0] ?? {})[0];
    return this.#options.weakSync && text === 'synchronous' ? 2 : value;
  }

  transaction<T>(work: () => T): (() => T) & { immediate: () => T } {
    const run = (begin: string) => {
      this.exec(begin);
      try {
        const result = work();
        this.exec('COMMIT');
        return result;
      } catch (error) {
        if (this.inTransaction) this.exec('ROLLBACK');
        throw error;
      }
    };
    return Object.assign(() => run('BEGIN'), { immediate: () => run('BEGIN IMMEDIATE') });
  }

  #commitLater(statement: SimulatedStatement, sql: string): void {
    const run = statement.run.bind(statement);
    const commit = () => {
      if (this.#due && this.inTransaction) this.#due();
      this.#due = undefined;
    };
    if (sql === 'COMMIT') {
      statement.run = () => {
        this.#due = run;
        this.#options.commitLater?.(commit);
        return { changes: 0, lastInsertRowid: 0 };
      };
    } else if (sql.startsWith('BEGIN')) {
      statement.run = () => {
        commit();
        return run();
      };
    }
  }

  close(): void {
    for (const statement of this.#statements) statement.finalize();
    this.#db.close();
    disks.delete(this.name.slice(0, this.name.lastIndexOf('/')));
  }
}

class SimulatedStatement {
  readonly #db: Db;
  readonly #statement: Stmt;
  #plucks = false;
  #names: string[] | undefined;

  constructor(db: Db, sql: string) {
    this.#db = db;
    this.#statement = speaking(() => db.prepare(sql));
  }

  pluck(): this {
    this.#plucks = true;
    return this;
  }

  run(...parameters: Parameter[]): { changes: number; lastInsertRowid: number } {
    for (const _row of this.iterate(...parameters)) break;
    return {
      changes: this.#db.changes(),
      lastInsertRowid: Number(capi.sqlite3_last_insert_rowid(this.#db)),
    };
  }

  get(...parameters: Parameter[]): unknown {
    for (const row of this.iterate(...parameters)) return row;
    return undefined;
  }

  all(...parameters: Parameter[]): unknown[] {
    return [...this.iterate(...parameters)];
  }

  *iterate(...parameters: Parameter[]): Generator {
    const statement = this.#statement;
    try {
      if (parameters.length > 0) speaking(() => statement.bind(parameters));
      while (speaking(() => statement.step())) {
        yield this.#plucks ? asDriver(statement.get(0)) : this.#row();
      }
    } finally {
      // Says the error of the step again, which was heard.
      try {
        statement.reset(parameters.length > 0);
      } catch {
        // Nothing new.
      }
    }
  }

  finalize(): void {
    this.#statement.finalize();
  }

  #row(): Record<string, unknown> {
    const row: Record<string, unknown> = {};
    this.#names ??= this.#statement.getColumnNames();
    this.#names.forEach((name, i) => (row[name] = asDriver(this.#statement.get(i))));
    return row;
  }
}

/** better-sqlite3 gives blobs as Buffers. */
function asDriver(value: unknown): unknown {
  return value instanceof Uint8Array ? Buffer.from(value) : value;
}

function speaking<T>(work: () => T): T {
  try {
    return work();
  } catch (error) {
    if (!(error instanceof sqlite3.SQLite3Error)) throw error;
    const { resultCode, message } = error;
    throw new SqliteError(message, capi.sqlite3_js_rc_str(resultCode & 0xff) ?? 'SQLITE_ERROR');
  }
}

function installDisks(): void {
  const io = new capi.sqlite3_io_methods() as unknown as Struct;
  const vfs = new capi.sqlite3_vfs();
  const fileStruct = capi.sqlite3_file as unknown as { structInfo: { sizeof: number } };
  io.$iVersion = 1;
  vfs.$iVersion = 2;
  vfs.$szOsFile = fileStruct.structInfo.sizeof;
  vfs.$mxPathname = 64;
  const fileOf = (pointer: number) => {
    const file = openFiles.get(pointer);
    if (!file) throw new Error('SQLite used a file that it had closed.');
    return file;
  };
  const found = (path: number): { disk: Disk; name: string } => {
    const [, key = '', name = ''] = wasm.cstrToJs(path)?.split('/') ?? [];
    const disk = disks.get(`/${key}`);
    if (!disk) throw new Error('SQLite asked for a disk that is not there.');
    return { disk, name };
  };
  const poke = (at: number, value: number | bigint, type: 'i32' | 'i64' | 'double') => {
    (wasm.poke as (at: number, value: number | bigint, type: string) => unknown)(at, value, type);
    return 0;
  };
  const ioMethods: Methods = {
    xClose: (pointer: number) => (openFiles.delete(pointer), 0),
    xRead: (pointer: number, target: number, length: number, at: bigint) => {
      const { disk, name } = fileOf(pointer);
      const into = wasm.heap8u().subarray(target, target + length);
      const read = disk.read(name, into, Number(at));
      if (read === length) return 0;
      into.fill(0, read);
      return capi.SQLITE_IOERR_SHORT_READ;
    },
    xWrite: (pointer: number, source: number, length: number, at: bigint) => {
      const { disk, name } = fileOf(pointer);
      const bytes = wasm.heap8u().subarray(source, source + length);
      return codeOf(disk.write(name, Number(at), bytes), capi.SQLITE_IOERR_WRITE);
    },
    xTruncate: (pointer: number, size: bigint) => {
      const { disk, name } = fileOf(pointer);
      return codeOf(disk.truncate(name, Number(size)), capi.SQLITE_IOERR_TRUNCATE);
    },
    xSync: (pointer: number) => {
      const { disk, name } = fileOf(pointer);
      return codeOf(disk.flush(name), capi.SQLITE_IOERR_FSYNC);
    },
    xFileSize: (pointer: number, out: number) => {
      const { disk, name } = fileOf(pointer);
      return poke(out, BigInt(disk.size(name)), 'i64');
    },
    xLock: () => 0,
    xUnlock: () => 0,
    xCheckReservedLock: (_pointer: number, out: number) => poke(out, 0, 'i32'),
    xFileControl: () => capi.SQLITE_NOTFOUND,
    xSectorSize: () => 4096,
    xDeviceCharacteristics: () => 0,
  };
  const vfsMethods: Methods = {
    xOpen: (_vfs: number, path: number, pointer: number, flags: number, out: number) => {
      const file = found(path);
      file.disk.create(file.name);
      openFiles.set(pointer, file);
      const opened = new capi.sqlite3_file(pointer);
      opened.$pMethods = io.pointer;
      opened.dispose();
      if (out) poke(out, flags, 'i32');
      return 0;
    },
    xDelete: (_vfs: number, path: number) => {
      const { disk, name } = found(path);
      disk.remove(name);
      return 0;
    },
    xAccess: (_vfs: number, path: number, _flags: number, out: number) => {
      const { disk, name } = found(path);
      return poke(out, disk.exists(name) ? 1 : 0, 'i32');
    },
    xFullPathname: (_vfs: number, path: number, size: number, out: number) =>
      wasm.cstrncpy(out, path, size) < size ? 0 : capi.SQLITE_CANTOPEN,
    xRandomness: (_vfs: number, length: number, out: number) => {
      wasm.heap8u().fill(7, out, out + length);
      return length;
    },
    xSleep: () => 0,
    xCurrentTime: (_vfs: number, out: number) => poke(out, 2_461_000, 'double'),
    xCurrentTimeInt64: (_vfs: number, out: number) => poke(out, 212_630_000_000_000n, 'i64'),
    xGetLastError: () => 0,
  };
  const installed: unknown = {
    io: { struct: io, methods: ioMethods },
    vfs: { struct: vfs, methods: vfsMethods, name: vfsName },
  };
  sqlite3.vfs.installVfs(installed as Parameters<typeof sqlite3.vfs.installVfs>[0]);
}

function codeOf(answer: DiskAnswer, failed: number): number {
  if (answer === 'done') return 0;
  return answer === 'full' ? capi.SQLITE_FULL : failed;
}
