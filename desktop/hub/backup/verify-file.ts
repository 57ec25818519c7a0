import { existsSync } from 'node:fs';
import { archiveFolderBeside } from '../archive/named-archives.ts';
import { openToRead } from './open-to-read.ts';
import { isUnreadable, verifyLog, type KnownPlace, type Verified } from './verify-log.ts';

export interface VerifyOptions {
  /**
   * `read`: archives that stand in `archive/` beside the file are checked and replayed first.
   * `leave`: the check begins where the file itself begins.
   */
  readonly archives?: 'read' | 'leave';
}

/** Checks a database or a backup from outside, whether a hub has it open or not. */
export function verifyFile(
  path: string,
  known: readonly KnownPlace[] = [],
  { archives = 'read' }: VerifyOptions = {},
): Verified {
  const nothing = { seq: null, at: null, type: null } as const;
  if (!existsSync(path)) {
    return { ok: false, problem: { ...nothing, what: 'there is no such file' } };
  }
  try {
    using opened = openToRead(path);
    const folder = archives === 'read' ? archiveFolderBeside(path) : null;
    return verifyLog(opened.db, known, folder);
  } catch (error) {
    if (!isUnreadable(error)) throw error;
    return { ok: false, problem: { ...nothing, what: `SQLite says: ${error.message}` } };
  }
}
