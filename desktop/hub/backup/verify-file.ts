import { existsSync } from 'node:fs';
import { isUnreadable, verifyLog, type KnownPlace, type Verified } from './verify-log.ts';
import { openToRead } from './open-to-read.ts';

/** Checks a database or a backup from outside, whether a hub has it open or not. */
export function verifyFile(path: string, known: readonly KnownPlace[] = []): Verified {
  const nothing = { seq: null, at: null, type: null } as const;
  if (!existsSync(path)) {
    return { ok: false, problem: { ...nothing, what: 'there is no such file' } };
  }
  try {
    using opened = openToRead(path);
    return verifyLog(opened.db, known);
  } catch (error) {
    if (!isUnreadable(error)) throw error;
    return { ok: false, problem: { ...nothing, what: `SQLite says: ${error.message}` } };
  }
}
