import { existsSync, readdirSync, statSync } from 'node:fs';
import { join } from 'node:path';
import type { HistoryId } from '@fynlo/domain';
import type { Position } from '@fynlo/protocol/wire';
import { archivesNamedBy, countArchivedOrders } from '../archive/named-archives.ts';
import { parseBackupName } from './backup-name.ts';
import { settingsKeptIn } from './kept-settings.ts';
import { openToRead, type ReadableDb } from './open-to-read.ts';
import { verifyFile } from './verify-file.ts';
import { isUnreadable, type LogFacts } from './verify-log.ts';

export interface FoundBackup {
  readonly path: string;
  readonly file: string;
  readonly bytes: number;
  /** When the file was written, ms since 1970. */
  readonly madeAt: number;
  readonly reason: string;
  /** `null` when the file cannot be read. */
  readonly facts: LogFacts | null;
}

/** The backups of a folder, newest first, with what each says of itself at a glance. */
export function listBackups(folder: string): FoundBackup[] {
  return filesOf(folder).map(({ file, reason, path }) => {
    const { size, mtimeMs } = statSync(path);
    return { path, file, bytes: size, madeAt: mtimeMs, reason, facts: describe(path) };
  });
}

/** The newest backup of these folders that passes the whole check, or `undefined`. */
export function newestGood(
  folders: readonly string[],
): { readonly path: string; readonly facts: LogFacts } | undefined {
  const files = folders.flatMap(filesOf).toSorted((a, b) => (a.key < b.key ? 1 : -1));
  for (const { path } of files) {
    const verified = verifyFile(path);
    if (verified.ok) return { path, facts: verified.facts };
  }
  return undefined;
}

export function hasBackups(folder: string): boolean {
  return filesOf(folder).length > 0;
}

/** What a file says of itself. Nothing is checked. */
export function describe(path: string): LogFacts | null {
  try {
    using opened = openToRead(path);
    return describeLog(opened.db);
  } catch (error) {
    if (isUnreadable(error) || error instanceof SyntaxError) return null;
    throw error;
  }
}

function describeLog(db: ReadableDb): LogFacts | null {
  const history = db.prepare('SELECT history_id, epoch FROM history').get() as
    { history_id: HistoryId; epoch: number } | undefined;
  const last = db
    .prepare('SELECT seq, hash, occurred_at AS at FROM event ORDER BY seq DESC LIMIT 1')
    .get() as { seq: number; hash: Buffer; at: number } | undefined;
  if (!history) return null;
  const settings = settingsKeptIn(db);
  const listed = db.prepare('SELECT count(*) FROM order_view').pluck().get() as number;
  const position: Position = {
    historyId: history.history_id,
    epoch: history.epoch,
    seq: last?.seq ?? 0,
    hash: last?.hash.toString('hex') ?? '',
  };
  return {
    position,
    restaurant: settings?.name ?? '',
    timeZone: settings?.timeZone ?? 'UTC',
    dayEndsAtMinute: settings?.dayEndsAtMinute ?? 0,
    events: position.seq,
    archived: archivesNamedBy(db).upTo,
    orders: listed + countArchivedOrders(db),
    lastEventAt: last?.at ?? null,
    schema: Number(db.pragma('user_version', { simple: true })),
  };
}

function filesOf(folder: string) {
  if (!existsSync(folder)) return [];
  return readdirSync(folder)
    .flatMap((file) => {
      const name = parseBackupName(file);
      if (!name) return [];
      const seq = String(name.seq).padStart(15, '0');
      const key = `${name.date} ${name.time} ${seq}`;
      return [{ file, key, reason: name.reason, path: join(folder, file) }];
    })
    .toSorted((a, b) => (a.key < b.key ? 1 : -1));
}
