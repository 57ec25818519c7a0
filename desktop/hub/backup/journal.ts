import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Position } from '@fynlo/protocol/wire';
import { laterSeries } from '@fynlo/domain/history';
import { writeDurably } from './durable-files.ts';

/**
 * What must be known of a restaurant even when its database is gone, damaged or replaced by an
 * older copy. It stands beside the database, is small, and loses nothing when it is lost together
 * with it.
 */
export interface Journal {
  readonly restaurant: string;
  /** Names the hub on its network; stays through every restore. */
  readonly site: string | null;
  /** A place the present history is known to have reached. */
  readonly head: Position | null;
  /** The last series letter that was ever given out here. */
  readonly series: string | null;
  /** The highest epoch that was ever used here. */
  readonly epoch: number;
  /** The second folder for backups, to look into when the database cannot be asked. */
  readonly backupFolder: string | null;
  /** When the whole database was last checked, and the business day it was. */
  readonly checkedAt: number | null;
}

const emptyJournal: Journal = {
  restaurant: '',
  site: null,
  head: null,
  series: null,
  epoch: 0,
  backupFolder: null,
  checkedAt: null,
};

export function journalPath(folder: string): string {
  return join(folder, 'fynlo-journal.json');
}

/** An unreadable journal counts as an empty one: it only ever adds a safeguard. */
export function readJournal(folder: string): Journal {
  const path = journalPath(folder);
  if (!existsSync(path)) return emptyJournal;
  try {
    return { ...emptyJournal, ...(JSON.parse(readFileSync(path, 'utf8')) as Partial<Journal>) };
  } catch {
    return emptyJournal;
  }
}

/** A series and an epoch that were given out once stay given out. */
export function noteInJournal(folder: string, noted: Partial<Journal>): void {
  const before = readJournal(folder);
  const next: Journal = {
    ...before,
    ...noted,
    series: laterSeries(before.series ?? undefined, noted.series ?? undefined) ?? null,
    epoch: Math.max(before.epoch, noted.epoch ?? 0),
  };
  writeDurably(journalPath(folder), `${JSON.stringify(next, null, 2)}\n`);
}
