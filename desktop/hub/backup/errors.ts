import { describeProblem, type LogProblem } from './verify-log.ts';

/** No backup was made. The message says why, and what to do about it. */
export class BackupFailedError extends Error {
  override readonly name = 'BackupFailedError';
  /** The database itself is not in order, and not only the place for the backup. */
  readonly isDamage: boolean;
  constructor(
    message: string,
    { isDamage = false, cause }: { isDamage?: boolean; cause?: unknown } = {},
  ) {
    super(message, { cause });
    this.isDamage = isDamage;
  }
}

/** Nothing was put back, and the present database is as it was. */
export class RestoreFailedError extends Error {
  override readonly name = 'RestoreFailedError';
}

export function copyIsDamaged(problem: LogProblem): BackupFailedError {
  return new BackupFailedError(
    `The copy did not pass its check and was thrown away: ${describeProblem(problem)}. Check the database: npm run verify.`,
    { isDamage: true },
  );
}

/** Why a folder did not take a backup, in the words of whoever has to mend it. */
export function explainWriting(
  error: unknown,
  { folder, bytes }: { readonly folder: string; readonly bytes: number },
): unknown {
  const code = error instanceof Error && 'code' in error ? String(error.code) : '';
  if (code === 'ENOSPC' || code === 'SQLITE_FULL' || code === 'EDQUOT' || code === 'EFBIG') {
    return noSpace(folder, bytes, error);
  }
  if (/^(ENOENT|ENOTDIR|ENODEV|ENXIO|SQLITE_CANTOPEN)/.test(code)) {
    return new BackupFailedError(
      `The folder ${folder} is not there. Plug the stick in, or choose another folder.`,
      { cause: error },
    );
  }
  if (/^(EACCES|EPERM|EROFS|SQLITE_READONLY)/.test(code)) {
    return new BackupFailedError(
      `Fynlo may not write to ${folder}. Choose another folder, or take the stick’s write protection off.`,
      { cause: error },
    );
  }
  if (/^(EIO|SQLITE_IOERR)/.test(code)) {
    return new BackupFailedError(
      `${folder} could not be written to (${code}). The stick or disk may be failing: choose another folder.`,
      { cause: error },
    );
  }
  return error;
}

export function noSpace(folder: string, bytes: number, cause?: unknown): BackupFailedError {
  const needed = Math.max(1, Math.ceil(bytes / 1_000_000));
  return new BackupFailedError(
    `There is no space for a backup in ${folder}: it needs ${needed} MB. Free some space, or choose another folder.`,
    { cause },
  );
}
