import { createHash } from 'node:crypto';
import { closeSync, existsSync, openSync, readFileSync, readSync } from 'node:fs';
import { writeDurably } from './durable-files.ts';

/** What an archive file was when it was last read whole and found good. It never changes after. */
export interface ArchiveNote {
  /** The chain's hash at its last event. */
  readonly hash: string;
  readonly bytes: number;
  /** Of the file's contents: also of what the chain does not cover. */
  readonly sha256: string;
}

const chunkBytes = 1_048_576;

/** Beside the archive: a look at its size does for most hours, and its contents for once a day. */
export function notePath(archive: string): string {
  return `${archive}.note.json`;
}

/** A note that cannot be read is none: the archive itself is read then. */
export function readNote(archive: string): ArchiveNote | undefined {
  const path = notePath(archive);
  if (!existsSync(path)) return undefined;
  try {
    const note = JSON.parse(readFileSync(path, 'utf8')) as Partial<ArchiveNote>;
    const { hash, bytes, sha256 } = note;
    if (hash === undefined || bytes === undefined || sha256 === undefined) return undefined;
    return { hash, bytes, sha256 };
  } catch {
    return undefined;
  }
}

export function writeNote(archive: string, note: ArchiveNote): void {
  writeDurably(notePath(archive), `${JSON.stringify(note)}\n`);
}

/** A piece at a time: an archive is larger than what a hub should hold in memory. */
export function contentHash(path: string): string {
  const digest = createHash('sha256');
  const chunk = Buffer.alloc(chunkBytes);
  const file = openSync(path, 'r');
  try {
    for (;;) {
      const read = readSync(file, chunk, 0, chunk.length, null);
      if (read === 0) return digest.digest('hex');
      digest.update(chunk.subarray(0, read));
    }
  } finally {
    closeSync(file);
  }
}
