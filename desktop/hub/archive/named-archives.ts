import { dirname, join } from 'node:path';
import type Database from 'better-sqlite3';
import type { ArchiveEntry } from './archive-file.ts';
import { orderKey } from './archives.ts';

/** What a database, hot or a backup, says of events that it does not hold itself. */
export interface NamedArchives {
  /** Up to here its events are archived; 0 where none are. */
  readonly upTo: number;
  /** The chain's hash there, in hex. */
  readonly hash: string;
  /** The files, oldest first. The last may hold events that the database still holds too. */
  readonly entries: readonly ArchiveEntry[];
}

const firstSchemaWithArchives = 2;

/** Where the archive files of a database stand: in the data folder, and in every backup folder. */
export function archiveFolderBeside(database: string): string {
  return archiveFolderIn(dirname(database));
}

export function archiveFolderIn(folder: string): string {
  return join(folder, 'archive');
}

export function archivesNamedBy(db: Database.Database): NamedArchives {
  if (isOlder(db)) return { upTo: 0, hash: '', entries: [] };
  const mark = db.prepare('SELECT up_to_seq AS upTo, hash FROM archived').get() as
    { upTo: number; hash: Buffer } | undefined;
  const entries = db
    .prepare(
      'SELECT from_seq AS fromSeq, to_seq AS toSeq, hash, file FROM archive_file ORDER BY from_seq',
    )
    .all() as ArchiveEntry[];
  return { upTo: mark?.upTo ?? 0, hash: mark?.hash.toString('hex') ?? '', entries };
}

/** How many orders are told by archives; none of them stands in the list of orders. */
export function countArchivedOrders(db: Database.Database): number {
  if (isOlder(db)) return 0;
  return db.prepare('SELECT count(DISTINCT order_id) FROM archived_order').pluck().get() as number;
}

/** Asks of one order whether an archive tells its beginning. */
export function archivedOrderLookUp(db: Database.Database): (id: string) => boolean {
  if (isOlder(db)) return () => false;
  const row = db.prepare(`SELECT 1 FROM archived_order WHERE order_id = ${orderKey('@id')}`);
  return (id) => row.get({ id }) !== undefined;
}

function isOlder(db: Database.Database): boolean {
  return Number(db.pragma('user_version', { simple: true })) < firstSchemaWithArchives;
}
