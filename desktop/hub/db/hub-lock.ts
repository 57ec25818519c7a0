import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import Database from 'better-sqlite3';
import { DatabaseUnwritableError } from './open-database.ts';

export class HubRunningError extends Error {
  override readonly name = 'HubRunningError';
  constructor(folder: string) {
    super(
      `Another hub is already running on ${folder}. Use that one, or stop it first, or start with another folder: --data DIR.`,
    );
  }
}

export interface HubLock {
  release(): void;
}

/**
 * Makes sure that one process at a time writes a restaurant's history. The lock is the operating
 * system's, held through an open transaction on a file of its own: it ends with the process,
 * however that ends, and no number of a dead process is ever taken for a living one.
 * @throws HubRunningError, DatabaseUnwritableError
 */
export function lockFolder(folder: string): HubLock {
  const path = join(folder, 'hub.lock');
  let db: Database.Database | undefined;
  try {
    mkdirSync(folder, { recursive: true });
    db = new Database(path, { timeout: 0 });
    db.exec('BEGIN EXCLUSIVE');
    const held = db;
    return { release: () => held.close() };
  } catch (error) {
    db?.close();
    const code = error instanceof Database.SqliteError ? error.code : '';
    if (code.startsWith('SQLITE_BUSY')) throw new HubRunningError(folder);
    throw new DatabaseUnwritableError(folder, error);
  }
}
