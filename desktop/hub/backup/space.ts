import { statfsSync } from 'node:fs';
import { noSpace } from './errors.ts';

/** @throws BackupFailedError */
export function mustHaveSpace(folder: string, bytes: number): void {
  const { bavail, bsize } = statfsSync(folder);
  if (bavail * bsize < bytes) throw noSpace(folder, bytes);
}
