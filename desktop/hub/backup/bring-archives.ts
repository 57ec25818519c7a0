import {
  copyFileSync,
  existsSync,
  mkdirSync,
  readdirSync,
  renameSync,
  rmSync,
  statSync,
} from 'node:fs';
import { basename, join } from 'node:path';
import { ArchiveUnreadableError, type ArchiveEntry } from '../archive/archive-file.ts';
import { readWholeArchive } from '../archive/read-whole-archive.ts';
import { contentHash, notePath, readNote, writeNote, type ArchiveNote } from './archive-note.ts';
import { moveDurably, syncFile, syncFolder } from './durable-files.ts';
import { mustHaveSpace } from './space.ts';

export interface BringRequest {
  /** All that a database names, oldest first. */
  readonly entries: readonly ArchiveEntry[];
  /** The archive folder that must have them. */
  readonly to: string;
  /** Archive folders to look into, the likeliest first. */
  readonly from: readonly string[];
  /** Reads what stands there already to its last byte, instead of looking at its size. */
  readonly isThorough?: boolean;
  /** What is left free on the disk of `to`. */
  readonly spaceLeftMin?: number;
}

export interface Brought {
  readonly copied: readonly string[];
  /** What is good in none of the folders, as sentences. */
  readonly missing: readonly string[];
}

interface Part {
  readonly entry: ArchiveEntry;
  readonly previousHash: Buffer;
}

const copying = '.copying-';
const leftoverMs = 24 * 3_600_000;

/**
 * Sees to it that a folder has every archive that a database names. What stands there and is good
 * is left alone, because an archive never changes; what is missing or damaged is copied from where
 * it is good. Nothing is deleted: a damaged file keeps its bytes under another name.
 * @throws what the disk throws, and BackupFailedError when there is no space.
 */
export function bringArchives(request: BringRequest): Brought {
  const { entries, to, from, isThorough = false, spaceLeftMin } = request;
  if (entries.length === 0) return { copied: [], missing: [] };
  mkdirSync(to, { recursive: true });
  removeLeftovers(to);
  const copied: string[] = [];
  const missing: string[] = [];
  for (const [i, entry] of entries.entries()) {
    const part = { entry, previousHash: entries[i - 1]?.hash ?? Buffer.alloc(0) };
    const target = join(to, entry.file);
    if (stands(target, part, isThorough)) continue;
    const source = findGood(from, part);
    if (!source) {
      const what = existsSync(target) ? 'is damaged' : 'is missing';
      missing.push(new ArchiveUnreadableError(target, what).message);
      continue;
    }
    if (spaceLeftMin !== undefined) mustHaveSpace(to, source.note.bytes + spaceLeftMin);
    copyChecked(source, target);
    copied.push(entry.file);
  }
  return { copied, missing };
}

/** Puts away archives that a restored database does not name. It must never read them. */
export function setAsideUnnamed(folder: string, named: readonly string[]): void {
  if (!existsSync(folder)) return;
  const isArchive = /^fynlo-archive-.*\.db$/;
  const unnamed = readdirSync(folder).filter((file) => isArchive.test(file));
  for (const file of unnamed) {
    if (named.includes(file)) continue;
    const path = join(folder, file);
    rmSync(notePath(path), { force: true });
    renameSync(path, freeName(path, 'unused'));
  }
  syncFolder(folder);
}

/** A file that was read whole once is known by its size, or thoroughly by its contents. */
function stands(path: string, part: Part, isThorough: boolean): boolean {
  if (!existsSync(path)) return false;
  const note = readNote(path);
  if (note && note.hash === part.entry.hash.toString('hex')) {
    if (statSync(path).size !== note.bytes) return false;
    return !isThorough || isRead(() => contentHash(path)) === note.sha256;
  }
  const found = readWhole(path, part);
  if (found) writeNote(path, found);
  return found !== undefined;
}

interface Source {
  readonly path: string;
  readonly note: ArchiveNote;
}

/** Also among what was set aside: an older database may be put back a second time. */
function findGood(folders: readonly string[], part: Part): Source | undefined {
  for (const folder of folders) {
    for (const path of filesOf(folder, part.entry.file)) {
      const note = readWhole(path, part);
      if (note) return { path, note };
    }
  }
  return undefined;
}

function filesOf(folder: string, file: string): string[] {
  if (!existsSync(folder)) return [];
  return readdirSync(folder)
    .filter((name) => name === file || name.startsWith(`${file}.unused-`))
    .toSorted()
    .map((name) => join(folder, name));
}

/** Reads a file to its end. `undefined` when it is not the one that is meant, or not whole. */
function readWhole(path: string, { entry, previousHash }: Part): ArchiveNote | undefined {
  const noted = readNote(path);
  const note = isRead(() => {
    readWholeArchive(path, entry, previousHash);
    const hash = entry.hash.toString('hex');
    return { hash, bytes: statSync(path).size, sha256: contentHash(path) };
  });
  if (noted && note && noted.sha256 !== note.sha256) return undefined;
  return note;
}

/** A file that cannot be read is as good as none; there may be another. */
function isRead<Result>(read: () => Result): Result | undefined {
  try {
    return read();
  } catch (error) {
    const isOfDisk = error instanceof Error && 'code' in error;
    if (isOfDisk || error instanceof ArchiveUnreadableError) return undefined;
    throw error;
  }
}

function copyChecked({ path, note }: Source, target: string): void {
  const writing = `${target}${copying}${process.pid}`;
  try {
    copyFileSync(path, writing);
    syncFile(writing);
    if (contentHash(writing) !== note.sha256) {
      throw Object.assign(new Error(`${basename(target)} was not written as it was read.`), {
        code: 'EIO',
      });
    }
    if (existsSync(target)) renameSync(target, freeName(target, 'damaged'));
    // The note of what stood there before must never meet the new file.
    writeNote(target, note);
    moveDurably(writing, target);
  } finally {
    rmSync(writing, { force: true });
  }
}

function freeName(path: string, why: 'unused' | 'damaged'): string {
  for (let n = 1; ; n++) {
    const name = `${path}.${why}-${n}`;
    if (!existsSync(name)) return name;
  }
}

function removeLeftovers(folder: string): void {
  for (const file of readdirSync(folder)) {
    if (!file.includes(copying)) continue;
    const path = join(folder, file);
    if (Date.now() - statSync(path).mtimeMs > leftoverMs) rmSync(path, { force: true });
  }
}
