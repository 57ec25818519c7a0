/** The thread that `run-job.ts` starts: does one job, answers, and ends. */
import { parentPort, workerData } from 'node:worker_threads';
import { doJob, type Job } from './jobs.ts';

try {
  parentPort?.postMessage({ done: doJob(workerData as Job) });
} catch (error) {
  // A thread passes on an error without its name, and its name says who it is for.
  const { name, message, stack } = error as Error;
  const isDamage = (error as { isDamage?: boolean }).isDamage ?? false;
  parentPort?.postMessage({ failed: { name, message, stack, isDamage } });
}
