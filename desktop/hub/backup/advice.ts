import { basename, join } from 'node:path';
import { readJournal } from './journal.ts';
import { newestGood } from './list-backups.ts';
import type { LogFacts } from './verify-log.ts';

/** Where a restaurant's backups are unless a second folder is chosen as well. */
export function backupsFolder(dataFolder: string): string {
  return join(dataFolder, 'backups');
}

/** The way out when the database cannot be used: the newest good backup and what to type. */
export function adviceOn(dataFolder: string, also: { readonly orGoOnFrom?: string } = {}): string {
  const { backupFolder } = readJournal(dataFolder);
  const folders = [backupsFolder(dataFolder), ...(backupFolder ? [backupFolder] : [])];
  const good = newestGood(folders);
  const orGoOn = also.orGoOnFrom
    ? ` To go on from this copy with new numbers, type: ${restoreCommand(also.orGoOnFrom, dataFolder)}.`
    : '';
  if (!good) {
    return `No good backup was found in ${folders.join(' or ')}. If you have one elsewhere, type: ${restoreCommand('FILE', dataFolder)}.${orGoOn}`;
  }
  const { path, facts } = good;
  return `The newest good backup is ${basename(path)}, up to ${momentOf(facts)} with ${facts.orders} orders. To put it back, type: ${restoreCommand(path, dataFolder)}.${orGoOn}`;
}

/** `Friday 20 November 2026, 22:04`, on the restaurant's wall. */
export function momentOf({ lastEventAt, timeZone }: LogFacts): string {
  if (lastEventAt === null) return 'before the first order';
  const format = new Intl.DateTimeFormat('en-GB', {
    weekday: 'long',
    day: 'numeric',
    month: 'long',
    year: 'numeric',
    hour: '2-digit',
    minute: '2-digit',
    timeZone,
  });
  const parts = new Map(format.formatToParts(lastEventAt).map(({ type, value }) => [type, value]));
  const part = (type: Intl.DateTimeFormatPartTypes) => parts.get(type) ?? '';
  return `${part('weekday')} ${part('day')} ${part('month')} ${part('year')}, ${part('hour')}:${part('minute')}`;
}

function restoreCommand(file: string, dataFolder: string): string {
  return `npm start -- restore "${file}" --data "${dataFolder}"`;
}
