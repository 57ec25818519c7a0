import { copyFileSync, existsSync, readdirSync, renameSync, rmSync, statSync } from 'node:fs';
import { basename, dirname, join } from 'node:path';
import { archiveFolderIn, archivesNamedBy } from '../archive/named-archives.ts';
import { bringArchives, type Brought } from './bring-archives.ts';
import { backupName, restaurantSlug } from './backup-name.ts';
import { syncFile, syncFolder } from './durable-files.ts';
import { BackupFailedError, copyIsDamaged, explainWriting } from './errors.ts';
import { backupsToDelete } from './keep-rule.ts';
import { openToRead } from './open-to-read.ts';
import { mustHaveSpace } from './space.ts';
import { verifyFile } from './verify-file.ts';
import { isUnreadable, type KnownPlace, type LogFacts } from './verify-log.ts';

export interface BackupRequest {
  /** The database; a hub may have it open. */
  readonly source: string;
  /** A folder that gets a file named by the rule, or the file itself. */
  readonly to: { readonly folder: string } | { readonly file: string };
  readonly now: number;
  /** A place the log had reached when the backup was asked for: it must be in it. */
  readonly promised: KnownPlace | null;
  /** `before-schema-2` */
  readonly reason?: string;
  /** Other folders of backups, which may have an archive that is missing here. */
  readonly otherFolders?: readonly string[];
  /** What is left free on the disk; a test takes it all. */
  readonly spaceLeftMin?: number;
}

export interface WrittenBackup {
  readonly path: string;
  readonly bytes: number;
  readonly facts: LogFacts;
  /** Sentences about archives that it names and that are good nowhere; it holds all the rest. */
  readonly missingArchives: readonly string[];
}

/** The hub must go on writing while a backup is made: this much of its disk is never taken. */
const spaceLeftMinBytes = 200_000_000;
const leftoverMs = 24 * 3_600_000;
const writingName = 'fynlo-writing';
let made = 0;

/**
 * Writes a backup: copied as of one moment under a name that does not count, checked as a whole from
 * what was written, waited for until it is on the disk, and only then given its name. The archives
 * that it names stand in its folder before it has its name.
 * @throws BackupFailedError with a sentence; nothing is left behind.
 */
export function writeBackup({
  source,
  to,
  now,
  promised,
  reason,
  otherFolders = [],
  spaceLeftMin = spaceLeftMinBytes,
}: BackupRequest): WrittenBackup {
  const folder = 'folder' in to ? to.folder : dirname(to.file);
  const bytes = sizeOf(source);
  try {
    removeLeftovers(folder);
    mustHaveSpace(folder, bytes + spaceLeftMin);
    const writing = join(folder, `${writingName}-${process.pid}-${++made}.db`);
    try {
      copyAsOfNow(source, writing);
      const facts = mustVerify(writing, promised);
      const data = dirname(source);
      const gone = mendArchives(writing, { to: data, from: [folder, ...otherFolders] });
      const from = [data, ...otherFolders];
      const { missing } = bringArchivesOf(writing, { to: folder, from, spaceLeftMin });
      const path =
        'file' in to
          ? to.file
          : freePath(
              folder,
              backupName(
                { restaurant: facts.restaurant, seq: facts.position.seq },
                { now, timeZone: facts.timeZone },
                reason,
              ),
            );
      giveItsName(writing, path);
      const missingArchives = missing.length > 0 && gone.length > 0 ? gone : missing;
      return { path, bytes: statSync(path).size, facts, missingArchives };
    } finally {
      rmSync(writing, { force: true });
      rmSync(`${writing}-journal`, { force: true });
    }
  } catch (error) {
    throw explainWriting(error, { folder, bytes });
  }
}

/**
 * Puts a second copy of a backup into another folder, which may be a stick: checked from there.
 * @throws BackupFailedError
 */
export function copyBackup(written: WrittenBackup, folder: string): WrittenBackup {
  const { bytes, facts } = written;
  try {
    removeLeftovers(folder);
    mustHaveSpace(folder, bytes);
    const writing = join(folder, `${writingName}-${process.pid}-${++made}.db`);
    try {
      copyFileSync(written.path, writing);
      mustVerify(writing, facts.position);
      const from = [dirname(written.path)];
      const { missing } = bringArchivesOf(writing, { to: folder, from, spaceLeftMin: 0 });
      const path = freePath(folder, basename(written.path));
      giveItsName(writing, path);
      return { path, bytes, facts, missingArchives: missing };
    } finally {
      rmSync(writing, { force: true });
    }
  } catch (error) {
    throw explainWriting(error, { folder, bytes });
  }
}

/** Deletes what the rule no longer keeps. @returns the names of the files that went. */
export function tidyFolder(folder: string, restaurant: string): readonly string[] {
  const gone = backupsToDelete(readdirSync(folder), restaurantSlug(restaurant));
  for (const file of gone) rmSync(join(folder, file), { force: true });
  return gone;
}

/**
 * One statement, one moment: SQLite holds a read transaction for it, so a hub that goes on writing
 * is not held up, and what it writes meanwhile is not in the copy.
 */
export function copyAsOfNow(source: string, target: string): void {
  try {
    using opened = openToRead(source);
    opened.db.prepare('VACUUM INTO ?').run(target);
  } catch (error) {
    if (!isUnreadable(error) || /IOERR/.test(String((error as { code?: string }).code)))
      throw error;
    throw new BackupFailedError(
      `The database ${source} cannot be read to its end (${error.message}). Check it: npm run verify.`,
      { isDamage: true, cause: error },
    );
  }
}

/**
 * What a backup folder can give back to the data folder, it gives: an archive that is missing or
 * damaged there. A disk that does not take it must not keep the backup from being made.
 * @returns sentences about those that are good nowhere.
 */
export function mendArchives(
  database: string,
  { to, from, isThorough = false }: Omit<BringOf, 'spaceLeftMin'>,
): readonly string[] {
  try {
    return bringArchivesOf(database, { to, from, isThorough }).missing;
  } catch (error) {
    if (!(error instanceof Error && 'code' in error)) throw error;
    return [];
  }
}

interface BringOf {
  /** Folders of databases or backups; the archives are in `archive` within. */
  readonly to: string;
  readonly from: readonly string[];
  readonly isThorough?: boolean;
  readonly spaceLeftMin?: number;
}

/** Brings the archives that a database names from folder to folder. */
export function bringArchivesOf(database: string, { to, from, ...how }: BringOf): Brought {
  using opened = openToRead(database);
  const { entries } = archivesNamedBy(opened.db);
  return bringArchives({
    entries,
    to: archiveFolderIn(to),
    from: from.map(archiveFolderIn),
    ...how,
  });
}

/** Archives are checked when they are copied and once a day: this is made every hour. */
function mustVerify(path: string, promised: KnownPlace | null): LogFacts {
  const verified = verifyFile(path, promised && promised.seq > 0 ? [promised] : [], {
    archives: 'leave',
  });
  if (!verified.ok) throw copyIsDamaged(verified.problem);
  return verified.facts;
}

function giveItsName(writing: string, path: string): void {
  syncFile(writing);
  renameSync(writing, path);
  syncFolder(dirname(path));
}

/** Two restores within a minute can give two different backups one name. */
function freePath(folder: string, name: string): string {
  for (let copy = 1; ; copy++) {
    const path = join(folder, copy === 1 ? name : name.replace(/\.db$/, `-copy${copy}.db`));
    if (!existsSync(path)) return path;
  }
}

/** What a killed backup left. Younger ones may belong to another process. */
function removeLeftovers(folder: string): void {
  for (const file of readdirSync(folder)) {
    if (!file.startsWith(writingName)) continue;
    const path = join(folder, file);
    if (Date.now() - statSync(path).mtimeMs > leftoverMs) rmSync(path, { force: true });
  }
}

function sizeOf(path: string): number {
  return existsSync(path) ? statSync(path).size : 0;
}
