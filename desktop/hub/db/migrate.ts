import type Database from 'better-sqlite3';
import { firstSchema } from './migrations/0001-first-schema.ts';
import { archiveSchema } from './migrations/0003-archive.ts';

/** Number 2 belongs to backups, which come with a change of their own. */
const backupSchema = '';

/** In order; a migration that has shipped is never changed. */
const migrations = [firstSchema, backupSchema, archiveSchema];

export const schemaVersion = migrations.length;

/** Runs what is missing, each in one transaction together with the version it leads to. */
export function migrate(db: Database.Database): void {
  const from = Number(db.pragma('user_version', { simple: true }));
  for (let version = from; version < schemaVersion; version++) {
    const sql = migrations[version] ?? '';
    db.transaction(() => {
      db.exec(sql);
      db.pragma(`user_version = ${version + 1}`);
    }).immediate();
  }
}
