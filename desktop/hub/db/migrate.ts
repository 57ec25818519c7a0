import type Database from 'better-sqlite3';
import { firstSchema } from './migrations/0001-first-schema.ts';
import { archiveSchema } from './migrations/0002-archive.ts';

/** In order; a migration that has shipped is never changed. */
export const migrations: readonly string[] = [firstSchema, archiveSchema];

export const schemaVersion = migrations.length;

export class MigrationFailedError extends Error {
  override readonly name = 'MigrationFailedError';
  constructor(path: string, { to, cause }: { to: number; cause: unknown }) {
    const why = cause instanceof Error ? cause.message : String(cause);
    super(
      `The database ${path} could not be brought to schema ${to} (${why}). It is as it was: nothing was changed, and a backup stands beside it. Start the Fynlo you used before, and report this.`,
      { cause },
    );
  }
}

/**
 * Runs what is missing, each in one transaction together with the version it leads to.
 * @throws MigrationFailedError; the schema is then the last one that was reached whole.
 */
export function migrate(db: Database.Database, steps = migrations): void {
  const from = Number(db.pragma('user_version', { simple: true }));
  for (let version = from; version < steps.length; version++) {
    const sql = steps[version] ?? '';
    try {
      db.transaction(() => {
        db.exec(sql);
        db.pragma(`user_version = ${version + 1}`);
      }).immediate();
    } catch (error) {
      // A database that is new and cannot be written to is a matter of its folder.
      if (version === 0) throw error;
      throw new MigrationFailedError(db.name, { to: version + 1, cause: error });
    }
  }
}
