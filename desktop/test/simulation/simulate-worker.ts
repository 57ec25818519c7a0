import { parentPort } from 'node:worker_threads';
import { runEvening } from './evening.ts';

export interface Batch {
  readonly from: number;
  readonly seeds: number;
  readonly eveningMs: number;
}

export interface BatchResult {
  readonly seeds: number;
  readonly violations: readonly { readonly seed: number; readonly message: string }[];
  readonly counts: Readonly<Record<string, number>>;
  readonly faults: Readonly<Record<string, number>>;
  readonly settledMs: readonly number[];
}

parentPort?.on('message', (batch: Batch) => {
  void runBatch(batch).then((result) => parentPort?.postMessage(result));
});

async function runBatch({ from, seeds, eveningMs }: Batch): Promise<BatchResult> {
  const violations: { seed: number; message: string }[] = [];
  const counts: Record<string, number> = {};
  const faults: Record<string, number> = {};
  const settledMs: number[] = [];
  for (let seed = from; seed < from + seeds; seed++) {
    const result = await runEvening({ seed, eveningMs });
    if (result.violation) violations.push({ seed, message: result.violation.message });
    for (const [name, n] of Object.entries(result.counts)) counts[name] = (counts[name] ?? 0) + n;
    for (const [name, n] of Object.entries(result.faults)) faults[name] = (faults[name] ?? 0) + n;
    settledMs.push(result.settledMs);
  }
  return { seeds, violations, counts, faults, settledMs };
}
