import { Worker } from 'node:worker_threads';
import { BackupFailedError, RestoreFailedError } from './errors.ts';
import type { Job, JobResults } from './jobs.ts';

interface Failure {
  readonly name: string;
  readonly message: string;
  readonly stack?: string;
  readonly isDamage: boolean;
}

type Answer = { readonly done: unknown } | { readonly failed: Failure };

/**
 * Does a job in a thread of its own.
 * @throws BackupFailedError and RestoreFailedError as the job threw them.
 */
export function runJob<Doing extends Job>(job: Doing): Promise<JobResults[Doing['do']]> {
  return new Promise((resolve, reject) => {
    const worker = new Worker(new URL('job-worker.ts', import.meta.url), { workerData: job });
    let answer: Answer | undefined;
    worker.once('message', (message: Answer) => (answer = message));
    worker.once('error', reject);
    // Answered only once the thread has ended and holds no file any more.
    worker.once('exit', (code) => {
      if (!answer) reject(new Error(`The thread of a ${job.do} ended with ${code}.`));
      else if ('failed' in answer) reject(errorOf(answer.failed));
      else resolve(answer.done as JobResults[Doing['do']]);
    });
  });
}

function errorOf({ name, message, stack, isDamage }: Failure): Error {
  if (name === 'BackupFailedError') return new BackupFailedError(message, { isDamage });
  if (name === 'RestoreFailedError') return new RestoreFailedError(message);
  const error = new Error(message);
  return Object.assign(error, { name, ...(stack && { stack }) });
}
