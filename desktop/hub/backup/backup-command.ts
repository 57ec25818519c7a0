import { existsSync, mkdirSync, statSync } from 'node:fs';
import { basename, resolve } from 'node:path';
import type { CommandLine } from '../config/config.ts';
import { databasePath } from '../db/database-path.ts';
import { lockFolder } from '../db/hub-lock.ts';
import { adviceOn, backupsFolder, momentOf } from './advice.ts';
import { BackupFailedError } from './errors.ts';
import { finishRestore, prepareRestore, putInPlace } from './restore.ts';
import { writeBackup } from './write-backup.ts';

type BackupLine = Extract<CommandLine, { run: 'backup' }>;
type RestoreLine = Extract<CommandLine, { run: 'restore' }>;

/**
 * `backup [FILE or DIR]`, whether a hub runs or not.
 * @returns what to tell the person.
 * @throws BackupFailedError
 */
export function runBackupCommand({ to, config }: BackupLine): string {
  const { dataFolder } = config;
  const source = databasePath(dataFolder);
  if (!existsSync(source)) {
    throw new BackupFailedError(
      `There is no database in ${dataFolder} to back up. Say where the restaurant is kept: --data DIR. ${adviceOn(dataFolder)}`,
    );
  }
  const request = { source, to: targetOf(to, dataFolder), now: Date.now(), promised: null };
  const { path, facts } = writeBackup(request);
  return `Backed up ${facts.restaurant || 'the restaurant'}, ${facts.orders} orders up to ${momentOf(facts)}, and checked it:\n  ${path}`;
}

/**
 * `restore FILE`, while no hub runs.
 * @returns what to tell the person.
 * @throws RestoreFailedError, HubRunningError
 */
export function runRestoreCommand({ file, config }: RestoreLine): string {
  const { dataFolder } = config;
  const lock = lockFolder(dataFolder);
  try {
    finishRestore(dataFolder);
    const hadDatabase = existsSync(databasePath(dataFolder));
    const prepared = prepareRestore({ dataFolder, backup: resolve(file), now: Date.now() });
    putInPlace(prepared);
    const { from, series, seriesUntil, setAside } = prepared;
    const aside = hadDatabase ? `\nWhat was here before is set aside in ${setAside}.` : '';
    return `Put back ${basename(file)}: ${from.orders} orders up to ${momentOf(from)}. Everything after that is not in it.
Orders up to ${seriesUntil} get the letter ${series} before their number, because plain ones may be on paper already.${aside}
Type npm start to open the restaurant. Devices come back by themselves.`;
  } finally {
    lock.release();
  }
}

function targetOf(to: string | undefined, dataFolder: string) {
  if (to === undefined) {
    const folder = backupsFolder(dataFolder);
    mkdirSync(folder, { recursive: true });
    return { folder };
  }
  const path = resolve(to);
  if (existsSync(path) && statSync(path).isDirectory()) return { folder: path };
  if (existsSync(path)) {
    throw new BackupFailedError(`There is a file ${path} already. Choose another name.`);
  }
  if (!path.endsWith('.db')) {
    throw new BackupFailedError(
      `There is no folder ${path}. Make it first, or name a file that ends in .db.`,
    );
  }
  return { file: path };
}
