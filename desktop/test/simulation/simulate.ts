import { availableParallelism } from 'node:os';
import { parseArgs } from 'node:util';
import { Worker } from 'node:worker_threads';
import { tallyCrashStates } from './crash-states.ts';
import { runEvening } from './evening.ts';
import { shrink } from './shrink.ts';
import type { Batch, BatchResult } from './simulate-worker.ts';

/**
 * `npm run simulate -- --seeds 10000 --minutes 5`: evenings in which everything breaks, until the
 * first of the two is reached. `--seconds S` makes them longer or shorter, `--seed N` runs one and
 * prints what happened in it. `--crash-states N` cuts the power between the writes of recorded services.
 */
const { values } = parseArgs({
  options: {
    seeds: { type: 'string', default: '10000' },
    minutes: { type: 'string', default: '60' },
    from: { type: 'string', default: '1' },
    jobs: { type: 'string', default: String(availableParallelism()) },
    seconds: { type: 'string', default: '15' },
    seed: { type: 'string' },
    'crash-states': { type: 'string' },
  },
});
const eveningMs = Number(values.seconds) * 1_000;
const seedsPerBatch = 50;
const shownMax = 5;

process.exitCode = (await run()) ? 0 : 1;

function run(): Promise<boolean> {
  if (values['crash-states'] !== undefined) return cutPower(Number(values['crash-states']));
  return values.seed === undefined ? runMany() : runOne(Number(values.seed));
}

async function runMany(): Promise<boolean> {
  const wanted = Number(values.seeds);
  const until = performance.now() + Number(values.minutes) * 60_000;
  const started = performance.now();
  const sum: Record<string, number> = {};
  const faults: Record<string, number> = {};
  const violations: { seed: number; message: string }[] = [];
  const settled: number[] = [];
  let next = Number(values.from);
  const end = next + wanted;
  let done = 0;
  const work = async () => {
    const worker = new Worker(new URL('./simulate-worker.ts', import.meta.url));
    while (next < end && performance.now() < until) {
      const seeds = Math.min(seedsPerBatch, end - next);
      const result = await runBatch(worker, { from: next, seeds, eveningMs }, (next += seeds));
      done += result.seeds;
      violations.push(...result.violations);
      settled.push(...result.settledMs);
      for (const [name, n] of Object.entries(result.counts)) sum[name] = (sum[name] ?? 0) + n;
      for (const [name, n] of Object.entries(result.faults)) faults[name] = (faults[name] ?? 0) + n;
      for (const { seed, message } of result.violations) say(`seed ${seed}: ${message}`);
    }
    await worker.terminate();
  };
  const progress = setInterval(() => say(`${done} evenings so far`), 60_000);
  await Promise.all(Array.from({ length: Number(values.jobs) }, work));
  clearInterval(progress);

  settled.sort((a, b) => a - b);
  const seconds = (performance.now() - started) / 1000;
  say(`${done} evenings in ${seconds.toFixed(0)} s (${(done / seconds).toFixed(0)}/s)`);
  say(`faults that happened: ${listed(faults)}`);
  say(`what they did: ${listed(sum)}`);
  const at = (share: number) => settled[Math.floor((settled.length - 1) * share)] ?? 0;
  say(`settled after the last fault: p50 ${at(0.5)} ms, p99 ${at(0.99)} ms, max ${at(1)} ms`);
  say(`violations: ${violations.length}`);
  for (const { seed } of violations.slice(0, shownMax)) await tell(seed);
  return violations.length === 0;
}

function runBatch(worker: Worker, batch: Batch, _next: number): Promise<BatchResult> {
  return new Promise((resolve, reject) => {
    worker.once('error', reject);
    worker.once('message', (result: BatchResult) => {
      worker.off('error', reject);
      resolve(result);
    });
    worker.postMessage(batch);
  });
}

async function runOne(seed: number): Promise<boolean> {
  const { violation, faults, counts, settledMs } = await runEvening({
    seed,
    eveningMs,
    trace: say,
  });
  say(`faults that happened: ${listed(faults)}`);
  say(`what they did: ${listed(counts)}`);
  if (!violation) say(`No violation; settled in ${settledMs} ms.`);
  else await tell(seed);
  return !violation;
}

async function cutPower(states: number): Promise<boolean> {
  const perService = 5_000;
  let seed = Number(values.from);
  let isSound = true;
  for (let left = states; left > 0; left -= perService) {
    const plan = { seed: seed++, commands: 400, states: Math.min(left, perService) };
    const { examples, ...tally } = await tallyCrashStates(plan);
    say(`service ${plan.seed}: ${listed(tally)}`);
    for (const example of examples) say(example);
    isSound &&= examples.length === 0;
  }
  return isSound;
}

async function tell(seed: number): Promise<void> {
  const { options, message, trace } = await shrink({ seed, eveningMs });
  say(`\nseed ${seed}, with ${options.faultsMax} faults and ${options.commandsMax} commands`);
  say(message);
  for (const line of trace) say(line);
}

function listed(counts: Readonly<Record<string, number>>): string {
  return Object.entries(counts)
    .map(([name, n]) => `${name} ${n}`)
    .join(', ');
}

function say(line: string): void {
  process.stdout.write(`${line}\n`);
}
