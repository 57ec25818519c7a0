import { readFileSync } from 'node:fs';

export interface ProcessUsage {
  /** CPU time since the process began, in ms. */
  readonly cpuMs: number;
  readonly rssMb: number;
}

const clockTickMs = 10;

/** What another process has used, read from /proc; `undefined` where there is none. */
export function processUsage(pid: number): ProcessUsage | undefined {
  try {
    // The name in parentheses may hold spaces, so fields are counted from behind it.
    const stat = readFileSync(`/proc/${pid}/stat`, 'utf8').split(') ')[1]?.split(' ') ?? [];
    const status = readFileSync(`/proc/${pid}/status`, 'utf8');
    const rssKb = Number(/VmRSS:\s+(\d+)/.exec(status)?.[1] ?? 0);
    return {
      cpuMs: (Number(stat[11]) + Number(stat[12])) * clockTickMs,
      rssMb: rssKb / 1000,
    };
  } catch {
    return undefined;
  }
}
