import {
  closeSync,
  existsSync,
  fsyncSync,
  openSync,
  renameSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { dirname } from 'node:path';

/**
 * Waits until a file is on the disk. Never for a database that this process has open: closing any
 * descriptor of it would drop the locks that SQLite holds.
 */
export function syncFile(path: string): void {
  const file = openSync(path, 'r+');
  try {
    fsyncSync(file);
  } finally {
    closeSync(file);
  }
}

/** Waits until the names in a folder are on the disk, where the system can promise that. */
export function syncFolder(folder: string): void {
  // Windows cannot, and keeps its own order.
  if (process.platform === 'win32') return;
  const file = openSync(folder, 'r');
  try {
    fsyncSync(file);
  } catch (error) {
    // Some file systems of sticks and shares do not know it; the file itself is on the disk.
    if (!['EINVAL', 'ENOTSUP', 'EPERM'].includes((error as NodeJS.ErrnoException).code ?? '')) {
      throw error;
    }
  } finally {
    closeSync(file);
  }
}

/** A rename that is on the disk when it returns. */
export function moveDurably(from: string, to: string): void {
  renameSync(from, to);
  syncFolder(dirname(to));
}

/** Old text or new, never half of it. */
export function writeDurably(path: string, text: string): void {
  const writing = `${path}.writing`;
  writeFileSync(writing, text);
  syncFile(writing);
  moveDurably(writing, path);
}

export function removeDurably(path: string): void {
  if (!existsSync(path)) return;
  rmSync(path);
  syncFolder(dirname(path));
}
