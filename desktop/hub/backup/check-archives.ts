import { dirname } from 'node:path';
import { explainWriting } from './errors.ts';
import { verifyFile } from './verify-file.ts';
import type { KnownPlace, Verified } from './verify-log.ts';
import { bringArchivesOf, mendArchives } from './write-backup.ts';

export interface CheckRequest {
  readonly path: string;
  readonly known: readonly KnownPlace[];
  /** The folders of backups that can be reached now. */
  readonly folders: readonly string[];
}

export interface Checked {
  readonly verified: Verified;
  readonly missingArchives: readonly string[];
}

/**
 * The daily check: every archive is read to its last byte, in the data folder and in every folder of
 * backups, and put right from wherever it is good; then the whole database is checked with them.
 */
export function checkWithArchives({ path, known, folders }: CheckRequest): Checked {
  const data = dirname(path);
  const gone = mendArchives(path, { to: data, from: folders, isThorough: true });
  const missing = folders.flatMap((to) => {
    return mendCopies(path, to, [data, ...folders.filter((each) => each !== to)]);
  });
  const missingArchives = gone.length > 0 ? gone : missing;
  return { verified: verifyFile(path, known), missingArchives };
}

/** A folder that does not take them is said and ends nothing: the database is still to be checked. */
function mendCopies(path: string, to: string, from: readonly string[]): readonly string[] {
  try {
    return bringArchivesOf(path, { to, from, isThorough: true, spaceLeftMin: 0 }).missing;
  } catch (error) {
    const explained = explainWriting(error, { folder: to, bytes: 0 });
    if (!(explained instanceof Error)) throw explained;
    return [explained.message];
  }
}
