import {
  closeSync,
  copyFileSync,
  existsSync,
  mkdtempSync,
  openSync,
  readSync,
  rmSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import Database from 'better-sqlite3';

export type ReadableDb = Database.Database;

export interface OpenedToRead extends Disposable {
  readonly db: ReadableDb;
}

/**
 * Opens a database and leaves no trace beside it. One that a hub has open is read in place. One
 * with a write-ahead log that nobody has open would get new files from being read, so a copy of it
 * is read instead.
 */
export function openToRead(path: string): OpenedToRead {
  const isInUse = existsSync(`${path}-shm`);
  if (isInUse || !hasWriteAheadLog(path)) return opened(path, () => undefined);
  const folder = mkdtempSync(join(tmpdir(), 'fynlo-reading-'));
  const remove = () => rmSync(folder, { recursive: true, force: true });
  try {
    const copy = join(folder, 'copy.db');
    copyFileSync(path, copy);
    if (existsSync(`${path}-wal`)) copyFileSync(`${path}-wal`, `${copy}-wal`);
    return opened(copy, remove);
  } catch (error) {
    remove();
    throw error;
  }
}

function opened(path: string, after: () => void): OpenedToRead {
  const db = new Database(path, { readonly: true, fileMustExist: true });
  return {
    db,
    [Symbol.dispose]: () => {
      db.close();
      after();
    },
  };
}

/** The header's read version: 2 is WAL. */
function hasWriteAheadLog(path: string): boolean {
  const header = Buffer.alloc(20);
  const file = openSync(path, 'r');
  try {
    readSync(file, header, 0, header.length, 0);
  } finally {
    closeSync(file);
  }
  return header[19] === 2;
}
