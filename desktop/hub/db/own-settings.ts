import type Database from 'better-sqlite3';

/** What the hub keeps for itself in `setting`: no part of the restaurant and never in the log. */
export type OwnSetting = 'site-id' | 'backup-folder';

export function ownSetting(db: Database.Database, key: OwnSetting): string | undefined {
  const value = db.prepare('SELECT value FROM setting WHERE key = ?').pluck().get(key);
  return typeof value === 'string' ? value : undefined;
}

/** `undefined` takes it away. */
export function keepSetting(
  db: Database.Database,
  key: OwnSetting,
  value: string | undefined,
): void {
  if (value === undefined) db.prepare('DELETE FROM setting WHERE key = ?').run(key);
  else {
    db.prepare(
      `INSERT INTO setting (key, value) VALUES (?, ?)
       ON CONFLICT (key) DO UPDATE SET value = excluded.value`,
    ).run(key, value);
  }
}

/**
 * What names this restaurant's hub on its network. It is the first history's id and outlives every
 * restore: a phone's queue belongs to the address the phone knows.
 */
export function siteIn(db: Database.Database, historyId: string): string;
export function siteIn(db: Database.Database, historyId: string | undefined): string | undefined;
export function siteIn(db: Database.Database, historyId: string | undefined): string | undefined {
  return ownSetting(db, 'site-id') ?? historyId;
}
