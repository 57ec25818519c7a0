import { existsSync, mkdirSync, readdirSync, renameSync, rmSync } from 'node:fs';
import { open } from 'node:fs/promises';
import { join } from 'node:path';
import Database from 'better-sqlite3';
import { notePath } from '../backup/archive-note.ts';
import type { WritableDb } from '../db/open-database.ts';
import { ArchiveFile, type ArchiveEntry } from './archive-file.ts';
import { archiveApplicationId, archiveFileSchema, archiveVersion } from './archive-schema.ts';
import type { ArchivePlan } from './plan-archive.ts';
import { pagesOf } from './read-whole-archive.ts';

export interface WriteOptions {
  /** The hot file, which is only read here. */
  readonly db: WritableDb;
  readonly folder: string;
  readonly plan: ArchivePlan;
  readonly historyId: string;
  /** The chain's hash before the first event, as the file before this one ends. */
  readonly previousHash: Buffer;
  readonly eventsPerSlice: number;
  /** Called between any two steps, so that orders are taken meanwhile. */
  readonly pause: (step: string) => Promise<void>;
}

const unfinished = '.partial';
const resultsPerSlice = 2_000;

/**
 * Copies events into an archive file of their own: written under another name, read again and
 * checked against the chain, made safe on disk, and only then given its name. The hot file is not
 * touched. Whatever a crash leaves half done is worth nothing and is begun anew.
 *
 * @throws ArchiveUnreadableError when what was written is not what is read: the disk is not to be
 * trusted, and everything stays where it is.
 */
export async function writeArchiveFile(options: WriteOptions): Promise<ArchiveEntry> {
  const { db, folder, plan, pause } = options;
  const { fromSeq, toSeq } = plan;
  mkdirSync(folder, { recursive: true });
  const hash = db.prepare('SELECT hash FROM event WHERE seq = ?').pluck().get(toSeq) as Buffer;
  // Two histories may part within one stretch of numbers: their files never share a name.
  const file = `fynlo-archive-${fromSeq}-${toSeq}-${hash.toString('hex', 0, 4)}.db`;
  const path = join(folder, file);
  const partial = path + unfinished;
  removeUnfinished(folder);
  const entry: ArchiveEntry = { fromSeq, toSeq, hash, file };

  await copyTo(partial, entry, options);
  await pause('copied');
  await checkArchiveFile(partial, entry, options.previousHash, options);
  await pause('checked');
  setAside(path);
  renameSync(partial, path);
  await pause('named');
  await syncFolder(folder);
  await pause('safe');
  return entry;
}

/**
 * Reads a whole archive and follows its chain from `previousHash` to the hash its entry names.
 * @throws ArchiveUnreadableError that names the first bad event.
 */
export async function checkArchiveFile(
  path: string,
  entry: ArchiveEntry,
  previousHash: Buffer,
  { eventsPerSlice, pause }: Pick<WriteOptions, 'eventsPerSlice' | 'pause'>,
): Promise<void> {
  const archive = new ArchiveFile(path, entry);
  try {
    const pages = pagesOf(archive, path, previousHash, eventsPerSlice);
    while (!pages.next().done) await pause('checking');
  } finally {
    archive.close();
  }
}

async function copyTo(path: string, entry: ArchiveEntry, options: WriteOptions): Promise<void> {
  const { previousHash, historyId, pause } = options;
  const archive = new Database(path);
  try {
    // Until it has its name the file is worth nothing, so SQLite need not wait for the disk.
    archive.pragma('journal_mode = OFF');
    archive.pragma('synchronous = OFF');
    archive.pragma(`application_id = ${archiveApplicationId}`);
    archive.pragma(`user_version = ${archiveVersion}`);
    archive.exec(archiveFileSchema);
    archive
      .prepare(
        `INSERT INTO archive (only, history_id, from_seq, to_seq, previous_hash, hash)
         VALUES (1, ?, ?, ?, ?, ?)`,
      )
      .run(historyId, entry.fromSeq, entry.toSeq, previousHash, entry.hash);
    await copyEvents(archive, path, entry, options);
    await pause('events copied');
    await copyResults(archive, entry, options);
    copyClients(archive, options.db);
  } finally {
    archive.close();
  }
  await sync(path);
}

async function copyEvents(
  archive: Database.Database,
  path: string,
  { fromSeq, toSeq }: ArchiveEntry,
  { db, eventsPerSlice, pause }: WriteOptions,
): Promise<void> {
  const read = db
    .prepare('SELECT * FROM event WHERE seq > ? AND seq <= ? ORDER BY seq LIMIT ?')
    .raw();
  const width = 16;
  const insert = archive.prepare(`INSERT INTO event VALUES (${'?,'.repeat(width - 1)}?)`);
  const insertAll = archive.transaction((rows: unknown[][]) => {
    for (const row of rows) insert.run(...row);
  });
  // What the kernel holds back would make the hot file's next commit wait: written bit by bit.
  const handle = await open(path, 'r+');
  try {
    for (let at = fromSeq - 1; at < toSeq;) {
      const rows = read.all(at, toSeq, eventsPerSlice) as unknown[][];
      if (rows.length === 0) throw new Error(`Event ${at + 1} is not in the hot file.`);
      insertAll(rows);
      at = Number(rows.at(-1)?.[0]);
      await handle.datasync();
      await pause('copying');
    }
  } finally {
    await handle.close();
  }
}

/** The results of commands without events, so that even these are never forgotten. */
async function copyResults(
  archive: Database.Database,
  { fromSeq, toSeq }: ArchiveEntry,
  { db, pause }: WriteOptions,
): Promise<void> {
  const insert = archive.prepare('INSERT INTO recorded_result VALUES (?, ?, ?, ?, ?)');
  const from = fromSeq === 1 ? 0 : fromSeq;
  for (const rows of resultPages(db)) {
    archive.transaction(() => {
      for (const row of rows) {
        if (row.seq < from || row.seq > toSeq) continue;
        insert.run(row.client_ref, row.command_no, row.seq, row.refusal, row.recorded_at);
      }
    })();
    await pause('copying results');
  }
}

export interface ResultRow {
  readonly client_ref: number;
  readonly command_no: number;
  readonly seq: number;
  readonly refusal: string | null;
  readonly recorded_at: number;
}

/** All of `recorded_result`, a page at a time. */
export function* resultPages(db: WritableDb): Iterable<ResultRow[]> {
  const read = db.prepare(
    `SELECT * FROM recorded_result WHERE (client_ref, command_no) > (?, ?)
     ORDER BY client_ref, command_no LIMIT ?`,
  );
  let [ref, no] = [0, 0];
  for (;;) {
    const rows = read.all(ref, no, resultsPerSlice) as ResultRow[];
    const last = rows.at(-1);
    if (!last) return;
    yield rows;
    [ref, no] = [last.client_ref, last.command_no];
  }
}

function copyClients(archive: Database.Database, db: WritableDb): void {
  const insert = archive.prepare('INSERT INTO client VALUES (?, ?, ?)');
  const clients = db.prepare('SELECT ref, client_id, device_id FROM client').raw().all();
  archive.transaction(() => {
    for (const client of clients as unknown[][]) insert.run(...client);
  })();
}

/** What a crash left half copied; all of it is still in the hot file. */
function removeUnfinished(folder: string): void {
  for (const name of readdirSync(folder)) {
    if (name.endsWith(unfinished)) rmSync(join(folder, name));
  }
}

/** A file of this name that no row tells of: kept, because nobody knows here what is in it. */
function setAside(path: string): void {
  if (!existsSync(path)) return;
  let n = 1;
  while (existsSync(`${path}.unused-${n}`)) n++;
  rmSync(notePath(path), { force: true });
  renameSync(path, `${path}.unused-${n}`);
}

async function sync(path: string): Promise<void> {
  const handle = await open(path, 'r+');
  try {
    await handle.sync();
  } finally {
    await handle.close();
  }
}

/** Makes the new name itself safe. Windows has no such call and writes it with the file. */
async function syncFolder(folder: string): Promise<void> {
  if (process.platform === 'win32') return;
  const handle = await open(folder, 'r');
  try {
    await handle.sync();
  } finally {
    await handle.close();
  }
}
