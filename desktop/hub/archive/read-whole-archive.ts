import { hash as digest } from 'node:crypto';
import type { StoredRow } from '../event-log/stored-event.ts';
import { wireJson } from '../event-log/wire-event.ts';
import { ArchiveFile, ArchiveUnreadableError, type ArchiveEntry } from './archive-file.ts';

const eventsPerPage = 1_000;

/**
 * Reads a whole archive, follows its chain from `previousHash` to the hash its entry names, and has
 * SQLite look at its pages.
 * @throws ArchiveUnreadableError that names the first bad event.
 */
export function readWholeArchive(path: string, entry: ArchiveEntry, previousHash: Buffer): void {
  const archive = new ArchiveFile(path, entry);
  try {
    const pages = pagesOf(archive, path, previousHash, eventsPerPage);
    while (!pages.next().done) continue;
    const said = archive.integrity();
    if (said !== 'ok') throw new ArchiveUnreadableError(path, `is damaged (SQLite says: ${said})`);
  } finally {
    archive.close();
  }
}

/**
 * The same in steps, for who must not hold anybody up: returns after each page.
 * @throws ArchiveUnreadableError
 */
export function* pagesOf(
  archive: ArchiveFile,
  path: string,
  previousHash: Buffer,
  pageSize: number,
): Generator<readonly StoredRow[], void> {
  const { entry } = archive;
  let previous = previousHash.toString('hex');
  let at = entry.fromSeq - 1;
  while (at < entry.toSeq) {
    const rows = archive.since(at, entry.toSeq, pageSize);
    for (const row of rows) {
      previous = digest('sha256', previous + wireJson(row), 'hex');
      const isRight = row.seq === at + 1 && previous === row.hash.toString('hex');
      if (!isRight) throw new ArchiveUnreadableError(path, `is damaged at event ${at + 1}`);
      at = row.seq;
    }
    if (rows.length === 0) throw new ArchiveUnreadableError(path, `ends before event ${at + 1}`);
    yield rows;
  }
  if (previous !== entry.hash.toString('hex') || !archive.previousHash.equals(previousHash)) {
    throw new ArchiveUnreadableError(path, 'does not fit the log');
  }
}
