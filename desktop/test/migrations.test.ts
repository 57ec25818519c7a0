import { spawn } from 'node:child_process';
import { existsSync, mkdtempSync, readdirSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import Database from 'better-sqlite3';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { verifyFile } from '../hub/backup/verify-file.ts';
import { migrations, schemaVersion } from '../hub/db/migrate.ts';
import { openFolder } from '../hub/db/open-folder.ts';
import { hubSession } from '../hub/pairing/sessions.ts';
import { newClientId, openTestHub, placeOrder } from './support/test-hub.ts';

const opener = fileURLToPath(new URL('support/open-with-migration.ts', import.meta.url));
const next = schemaVersion + 1;
const good =
  'ALTER TABLE order_view ADD COLUMN flavour TEXT; CREATE TABLE spoon (size INTEGER) STRICT;';

let scratch = '';
beforeAll(() => {
  scratch = mkdtempSync(join(tmpdir(), 'fynlo-migrations-'));
});
afterAll(() => rmSync(scratch, { recursive: true, force: true }));

async function restaurantWithOrders(name: string): Promise<string> {
  const folder = join(scratch, name);
  await using at = await openTestHub();
  const clientId = newClientId();
  for (let no = 1; no <= 3; no++) {
    await at.hub.context.road.submit({ clientId, no, command: placeOrder(), session: hubSession });
  }
  at.hub.context.db.prepare('VACUUM INTO ?').run(makeFolder(folder));
  return folder;
}

function makeFolder(folder: string): string {
  openFolder(folder).close();
  rmSync(join(folder, 'fynlo.db'));
  return join(folder, 'fynlo.db');
}

function backupsIn(folder: string): string[] {
  const backups = join(folder, 'backups');
  return existsSync(backups) ? readdirSync(backups) : [];
}

function schemaOf(path: string): { version: number; tables: string[] } {
  const db = new Database(path);
  const tables = db.prepare(`SELECT name FROM sqlite_schema WHERE type = 'table' ORDER BY 1`);
  const found = {
    version: Number(db.pragma('user_version', { simple: true })),
    tables: tables.pluck().all() as string[],
  };
  db.close();
  return found;
}

test('[H14] before the schema changes, a checked backup is made', async () => {
  const folder = await restaurantWithOrders('good');
  openFolder(folder, { migrations: [...migrations, good] }).close();
  expect(schemaOf(join(folder, 'fynlo.db'))).toMatchObject({ version: next });
  const [backup = '', ...more] = backupsIn(folder);
  expect(more).toEqual([]);
  expect(backup).toMatch(new RegExp(`-seq\\d+-before-schema-${next}\\.db$`));
  const path = join(folder, 'backups', backup);
  expect(verifyFile(path)).toMatchObject({ ok: true, facts: { orders: 3, schema: schemaVersion } });
  // Opened again, there is nothing to change and nothing to back up.
  openFolder(folder, { migrations: [...migrations, good] }).close();
  expect(backupsIn(folder)).toEqual([backup]);
});

test('[H14] a new database has nothing to back up', () => {
  const folder = join(scratch, 'new');
  openFolder(folder, { migrations: [...migrations, good] }).close();
  expect(schemaOf(join(folder, 'fynlo.db')).version).toBe(next);
  expect(backupsIn(folder)).toEqual([]);
});

test('[H14] a migration that fails half-way leaves the old schema and a sentence', async () => {
  const folder = await restaurantWithOrders('failing');
  const path = join(folder, 'fynlo.db');
  const before = schemaOf(path);
  const failing = `${good} INSERT INTO spoon VALUES ('not a number');`;
  expect(() => openFolder(folder, { migrations: [...migrations, failing] })).toThrow(
    new RegExp(`could not be brought to schema ${next} .*nothing was changed, and a backup`),
  );
  expect(schemaOf(path)).toEqual(before);
  expect(backupsIn(folder)).toHaveLength(1);
  expect(() => openFolder(folder, { migrations: [...migrations, failing] })).toThrow();
  expect(backupsIn(folder), 'tried again, it needs no second one').toHaveLength(1);
  // The Fynlo of before opens it, and the whole log is there.
  openFolder(folder).close();
  expect(verifyFile(path)).toMatchObject({ ok: true, facts: { orders: 3 } });
});

test('[H14] without the backup the schema stays as it is', async () => {
  const folder = await restaurantWithOrders('damaged');
  const path = join(folder, 'fynlo.db');
  const db = new Database(path);
  db.exec(`DROP TRIGGER event_is_never_changed; UPDATE event SET device = 'x' WHERE seq = 6`);
  db.close();
  expect(() => openFolder(folder, { migrations: [...migrations, good] })).toThrow(
    /event 6 .* is not what was written/,
  );
  expect(schemaOf(path).version).toBe(schemaVersion);
  expect(backupsIn(folder)).toEqual([]);
});

test('[H14] a hub killed in the middle of a migration opens with the old schema, and all is there', async () => {
  const folder = await restaurantWithOrders('killed');
  const path = join(folder, 'fynlo.db');
  const before = schemaOf(path);
  // So much that it must be written to the log while the transaction is still open.
  const endless = `${good} PRAGMA cache_size = 10;
    INSERT INTO spoon WITH RECURSIVE n (i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n) SELECT i FROM n;`;
  const child = spawn(process.execPath, [opener, folder, endless], { stdio: 'ignore' });
  const ended = new Promise((resolve) => child.once('exit', resolve));
  const wal = `${path}-wal`;
  const enough = 4_000_000;
  while (child.exitCode === null && (!existsSync(wal) || statSync(wal).size < enough)) {
    await new Promise((resolve) => setTimeout(resolve, 5));
  }
  expect(child.exitCode, 'it is still at it').toBeNull();
  child.kill('SIGKILL');
  await ended;
  expect(statSync(wal).size, 'half a migration is on the disk').toBeGreaterThanOrEqual(enough);

  openFolder(folder).close();
  expect(schemaOf(path)).toEqual(before);
  expect(verifyFile(path)).toMatchObject({ ok: true, facts: { orders: 3 } });
  expect(backupsIn(folder)).toHaveLength(1);
});
