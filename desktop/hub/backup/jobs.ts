import { checkWithArchives, type Checked, type CheckRequest } from './check-archives.ts';
import { listBackups, type FoundBackup } from './list-backups.ts';
import { prepareRestore, type PreparedRestore, type RestoreRequest } from './restore.ts';
import { verifyFile } from './verify-file.ts';
import type { KnownPlace, Verified } from './verify-log.ts';
import {
  copyBackup,
  tidyFolder,
  writeBackup,
  type BackupRequest,
  type WrittenBackup,
} from './write-backup.ts';

/** Work on whole databases. It takes seconds, so a thread of its own does it and no order waits. */
export type Job =
  | { readonly do: 'write'; readonly request: BackupRequest }
  | { readonly do: 'copy'; readonly written: WrittenBackup; readonly folder: string }
  | { readonly do: 'list'; readonly folders: readonly string[] }
  | { readonly do: 'verify'; readonly path: string; readonly known: readonly KnownPlace[] }
  | { readonly do: 'check'; readonly request: CheckRequest }
  | { readonly do: 'prepare-restore'; readonly request: RestoreRequest };

export interface JobResults {
  write: WrittenBackup;
  copy: WrittenBackup;
  list: FoundBackup[];
  verify: Verified;
  check: Checked;
  'prepare-restore': PreparedRestore;
}

export function doJob(job: Job): JobResults[Job['do']] {
  switch (job.do) {
    case 'write': {
      const written = writeBackup(job.request);
      if ('folder' in job.request.to) tidyFolder(job.request.to.folder, written.facts.restaurant);
      return written;
    }
    case 'copy': {
      const copied = copyBackup(job.written, job.folder);
      tidyFolder(job.folder, copied.facts.restaurant);
      return copied;
    }
    case 'list':
      return job.folders.flatMap((folder) => listBackups(folder));
    case 'verify':
      // Whether a backup is good by itself: its archives are checked once a day.
      return verifyFile(job.path, job.known, { archives: 'leave' });
    case 'check':
      return checkWithArchives(job.request);
    case 'prepare-restore':
      return prepareRestore(job.request);
  }
}
