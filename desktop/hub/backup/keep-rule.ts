import { parseBackupName, type BackupName } from './backup-name.ts';

const hoursMs = 24 * 3_600_000;
const daysKept = 30;
const monthsKept = 12;

/**
 * Which of a folder's backups of one restaurant may go. Kept are all of the last 24 hours, the last
 * of each of 30 days and the last of each of 12 months. Everything is reckoned from the newest
 * backup and from days that have one, never from a clock: a computer whose clock jumps a year ahead,
 * or that stood in a cupboard for one, deletes nothing for it. The newest is always kept.
 */
export function backupsToDelete(files: readonly string[], restaurant: string): string[] {
  const named = files
    .flatMap((file) => {
      const name = parseBackupName(file);
      return name && name.reason === '' && name.restaurant === restaurant ? [{ file, name }] : [];
    })
    .toSorted((a, b) => order(b.name, a.name));
  const newest = named[0];
  if (!newest) return [];
  const kept = new Set<string>();
  for (const { file, name } of named) {
    if (timeOf(newest.name) - timeOf(name) < hoursMs) kept.add(file);
  }
  keepLastOfEach(named, ({ date }) => date, daysKept, kept);
  keepLastOfEach(named, ({ date }) => date.slice(0, 7), monthsKept, kept);
  return named.map(({ file }) => file).filter((file) => !kept.has(file));
}

function keepLastOfEach(
  newestFirst: readonly { readonly file: string; readonly name: BackupName }[],
  periodOf: (name: BackupName) => string,
  periodsMax: number,
  kept: Set<string>,
): void {
  const seen = new Set<string>();
  for (const { file, name } of newestFirst) {
    const period = periodOf(name);
    if (seen.has(period)) continue;
    if (seen.size === periodsMax) return;
    seen.add(period);
    kept.add(file);
  }
}

function order(a: BackupName, b: BackupName): number {
  return timeOf(a) - timeOf(b) || a.seq - b.seq;
}

/** Wall time read as if it were UTC: only differences of it are used. */
function timeOf({ date, time }: BackupName): number {
  return Date.parse(`${date}T${time.slice(0, 2)}:${time.slice(2)}:00Z`);
}
